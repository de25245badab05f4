from collections.abc import Sequence

from notifications.usecases.ports import Ports
from trackline_schemas.events import Event, OrganisationChanged


def apply(ports: Ports, events: Sequence[Event]) -> None:
    for event in events:
        ports.organisation.apply(OrganisationChanged.model_validate(event.data), event.sequence)
