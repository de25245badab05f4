"""What the organisation says of people who come in without."""

from uuid import uuid4

import orjson
import pytest

from gateway.kit.settings import Settings
from gateway.kit.system_context import system_context
from gateway.people.adapters.organisation import MongoOrganisation
from gateway.people.adapters.outbox import Outbox
from gateway.people.adapters.records import records_of
from gateway.people.adapters.store import Store
from gateway.people.models import UpdateOrganisation, UpdateSetup
from gateway.people.usecases.organisation import KEY, KIND, Organisations
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import ORGANISATION_CHANGED

from .conftest import Gateway
from .fakes import Bus

Headers = dict[str, str]


def fresh() -> CallContext:
    """A command of its own."""
    return system_context("organisation.update", uuid4().hex)


def made(store: Store, settings: Settings) -> Organisations:
    return Organisations(
        records_of(KIND, Outbox(store.organisation, store.log, Bus(), settings)),
        MongoOrganisation(store.organisation, KEY),
    )


async def test_people_who_say_nothing_speak_as_the_organisation_does(gateway: Gateway, admin: Headers) -> None:
    command = UpdateOrganisation(name="Harbour", language="de", time_zone="Europe/Berlin")
    await gateway.people.organisation.update(fresh(), command, None)
    silent = await gateway.make_user(admin)
    other = await gateway.make_user(admin, language="en", time_zone="UTC")
    assert (silent["language"], silent["time_zone"]) == ("de", "Europe/Berlin")
    assert (other["language"], other["time_zone"]) == ("en", "UTC")


async def test_a_stale_version_is_refused_and_the_first_is_zero(store: Store, settings: Settings) -> None:
    one, two = made(store, settings), made(store, settings)
    assert ((await one.refresh()).version, one.current.site) == (0, "Trackline")
    assert (await one.update(fresh(), UpdateOrganisation(name="Harbour"), 0)).version == 1
    for stale in (0, 7):
        with pytest.raises(ServiceError, match="meanwhile"):
            await two.update(fresh(), UpdateOrganisation(name="Port"), stale)
    assert ((await two.refresh()).name, two.current.site) == ("Harbour", "Harbour")


async def test_every_change_is_an_event_with_the_whole_state_and_no_change_is_none(
    store: Store, settings: Settings
) -> None:
    bus, organisation = Bus(), made(store, settings)
    outbox = Outbox(store.organisation, store.log, bus, settings)
    for command in (UpdateOrganisation(name="Harbour", language="de"), UpdateOrganisation(time_zone="Europe/Berlin")):
        await organisation.update(fresh(), command, None)
        await organisation.update(fresh(), command, None)
    await outbox.sweep()
    first, second = (orjson.loads(sent.body) for sent in bus.sent)
    assert (first["type"], first["id"]) == (ORGANISATION_CHANGED, "organisation:00000001")
    assert first["data"] == {"name": "Harbour", "language": "de", "time_zone": "UTC"}
    assert (second["sequence"], second["data"]) == (2, {**first["data"], "time_zone": "Europe/Berlin"})


async def test_what_was_passed_over_is_kept(store: Store, settings: Settings) -> None:
    one = made(store, settings)
    await one.note(UpdateSetup(skip="mail"))
    await one.note(UpdateSetup(skip="mail", dismissed=True))
    again = await made(store, settings).refresh()
    assert (again.skipped, again.dismissed, again.version) == (["mail"], True, 0)
    assert (await one.update(fresh(), UpdateOrganisation(name="Harbour"), 0)).version == 1
