"""Builds the service from its parts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event as Stop

from notifications import metrics
from notifications.adapters.delivery import MongoDeliveries
from notifications.adapters.fill import MongoFills
from notifications.adapters.known import MongoKnown
from notifications.adapters.organisation import MongoOrganisation
from notifications.adapters.parked import MongoParked
from notifications.adapters.person import MongoPeople
from notifications.adapters.purged import MongoPurged
from notifications.adapters.team import MongoTeams
from notifications.adapters.ticket import MongoTickets
from notifications.channels.inbox.channel import inbox_channel
from notifications.channels.inbox.ports import InboxPorts
from notifications.channels.inbox.store import MongoInbox
from notifications.channels.mail.channel import mail_channel
from notifications.channels.mail.outlets import Outlets
from notifications.channels.mail.ports import MailChoice, MailPorts
from notifications.channels.mail.store import MongoMailSettings
from notifications.channels.mail.transport import MailTransport
from notifications.settings import Settings
from notifications.usecases import fill, watch
from notifications.usecases.events import SOURCE
from notifications.usecases.pace import Pace
from notifications.usecases.ports import Ports
from notifications.usecases.send import Sender, run
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.sealing import Seal, keep_sealed
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Loop, Wiring
from trackline_core.records.sync import Records
from trackline_schemas.base import now
from trackline_schemas.records.kinds.mail_settings import KIND as MAIL_SETTINGS


@dataclass(frozen=True)
class Notifications:
    ports: Ports
    inbox: InboxPorts
    mail: MailPorts
    records: Mapping[str, Records]


def build(chassis: ChassisSettings, bus: Bus) -> Wiring[Notifications]:
    settings = Settings(**chassis.model_dump())
    store = database(settings, "notifications")
    organisation, deliveries, entries = MongoOrganisation(store), MongoDeliveries(store), MongoInbox(store)
    people, parked, purged = MongoPeople(store), MongoParked(store), MongoPurged(store)
    teams, tickets = MongoTeams(store), MongoTickets(store)
    known = MongoKnown(store)
    inbox = InboxPorts(entries, known, bus, now)
    environment = MailChoice(settings.smtp_url, settings.mail_from)
    seal = Seal([key.get_secret_value() for key in settings.encryption_keys])
    mail_settings = MongoMailSettings(store, bus, settings, seal)
    records = {MAIL_SETTINGS.name: Records(MAIL_SETTINGS, mail_settings, now, SOURCE, metrics.count)}
    url = settings.public_url.rstrip("/")
    mail = MailPorts(mail_settings, records[MAIL_SETTINGS.name], environment, deliveries, people, now, seal, url)
    outlets = Outlets(
        mail.choices, environment, organisation.name, settings.public_url, settings.mail_timeout_seconds, seal
    )
    # All channels are registered here. They write in this order.
    channels = [
        mail_channel(mail, MailTransport(outlets), settings.mail_collapse_seconds, settings.mail_senders),
        inbox_channel(inbox, entries.prepare),
    ]
    fills = MongoFills(store)
    ports = Ports(people, teams, organisation, parked, purged, deliveries, tickets, known, fills, bus, channels, now)
    prepare = [people.prepare, parked.prepare, purged.prepare, deliveries.prepare, mail_settings.prepare]
    return Wiring(
        Notifications(ports, inbox, mail, records),
        loops=[
            partial(_prepare_and_watch, ports, prepare),
            partial(fill.run, ports),
            mail_settings.outbox.run,
            partial(keep_sealed, [mail_settings.reseal, partial(deliveries.reseal, seal)]),
            *_senders(ports, _pace(settings)),
        ],
        checks={"mongodb": lambda: store.command("ping")},
        close=store.client.close,
    )


def _pace(settings: Settings) -> Pace:
    return Pace(
        claim=settings.mail_claim_seconds,
        first_retry=settings.mail_retry_seconds,
        address_wait=settings.mail_address_seconds,
    )


def _prepare_and_watch(ports: Ports, prepare: Sequence[Callable[[], None]], stop: Stop) -> None:
    for step in [*prepare, *(channel.prepare for channel in ports.channels)]:
        step()
    watch.run(ports, stop)


def _senders(ports: Ports, pace: Pace) -> Iterator[Loop]:
    for channel in ports.channels:
        if channel.transport is not None:
            sender = Sender(ports, channel.name, channel.transport, pace)
            yield from [partial(run, sender)] * channel.senders
