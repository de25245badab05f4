"""The one place where the parts of the service meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event as Stop

from notifications.adapters.deliveries import MongoDeliveries
from notifications.adapters.inbox import MongoInbox
from notifications.adapters.mail_settings import MongoMailChoices, Outlets
from notifications.adapters.people import MongoOrganisation, MongoParked, MongoPeople, MongoTeams
from notifications.adapters.purged import MongoPurged
from notifications.settings import Settings
from notifications.usecases.forget import Forget
from notifications.usecases.inbox import Inboxes
from notifications.usecases.letters import Letters
from notifications.usecases.mail_settings import MailOffice
from notifications.usecases.oversee import Oversee
from notifications.usecases.ports import MailChoice
from notifications.usecases.project import Project
from notifications.usecases.react import React
from notifications.usecases.send import Pace, Sender
from notifications.usecases.watch import Watch
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Wiring
from trackline_schemas.base import now
from trackline_schemas.events import Event


@dataclass(frozen=True)
class Notifications:
    project: Project
    react: React
    forget: Forget
    letters: Letters
    inbox: Inboxes
    deliveries: Oversee
    mail: MailOffice

    def consume(self, events: Sequence[Event]) -> None:
        self.letters(events)
        waited = self.project(events)
        self.react([*events, *waited])
        self.forget([*events, *waited])


def build(chassis: ChassisSettings, bus: Bus) -> Wiring[Notifications]:
    settings = Settings(**chassis.model_dump())
    store = database(settings, "notifications")
    people, teams, parked = MongoPeople(store), MongoTeams(store), MongoParked(store)
    organisation = MongoOrganisation(store)
    inbox, deliveries, purged = MongoInbox(store), MongoDeliveries(store), MongoPurged(store)
    choices = MongoMailChoices(store)
    environment = MailChoice(settings.smtp_url, settings.mail_from)
    outlets = Outlets(choices, environment, organisation.name, settings.public_url, settings.mail_timeout_seconds)
    pace = Pace(
        claim=settings.mail_claim_seconds,
        first_retry=settings.mail_retry_seconds,
        address_wait=settings.mail_address_seconds,
    )
    sender = Sender(deliveries, people, outlets, now, pace)
    watch = Watch(deliveries, now)

    def prepare_and_watch(stop: Stop) -> None:
        for part in (people, parked, inbox, deliveries, purged):
            part.prepare()
        watch.run(stop)

    app = Notifications(
        project=Project(people, teams, organisation, parked),
        react=React(people, teams, parked, inbox, deliveries, bus, now, settings.mail_collapse_seconds),
        forget=Forget(purged),
        letters=Letters(deliveries, now),
        inbox=Inboxes(inbox, bus, now),
        deliveries=Oversee(deliveries),
        mail=MailOffice(choices, environment, deliveries, now),
    )
    return Wiring(
        app=app,
        loops=[prepare_and_watch, *[sender.run] * settings.mail_senders],
        checks={"mongodb": lambda: store.command("ping")},
        close=store.client.close,
    )
