"""Builds the object graph of a gateway from its settings. Nothing here opens a connection: `Parts.start` does that."""

from functools import partial

from gateway.actions.parts import Parts
from gateway.actions.starter import Starter
from gateway.bus.broker import Broker
from gateway.bus.rpc import RpcClient
from gateway.clients.analytics import AnalyticsClient
from gateway.clients.knowledge import KnowledgeClient
from gateway.clients.notifications import NotificationsClient
from gateway.clients.records import RecordsClient
from gateway.clients.tickets import TicketsClient
from gateway.files import Files
from gateway.files.scanner import Scanner
from gateway.files.uploads import Uploads
from gateway.kit.mongo import connect
from gateway.kit.readiness import Readiness
from gateway.kit.room import Room
from gateway.kit.settings import Settings
from gateway.live.hub import LiveHub
from gateway.live.watch import StreamWatch
from gateway.markdown.process import Worker
from gateway.markdown.renderer import Renderer
from gateway.people import build as build_people
from gateway.people import reads


def build(settings: Settings) -> Parts:
    broker = Broker(settings.amqp_url)
    rpc = RpcClient(settings.rpc_concurrency)
    people, background = build_people(settings, broker)
    notifications = NotificationsClient(rpc)
    live = LiveHub(
        people.directory, notifications.count_unread, settings.heartbeat_seconds, settings.streams_per_person
    )
    broker.add(rpc)
    broker.add(live)
    tickets = TicketsClient(rpc)
    database = connect(settings.own_mongodb_url, settings.database)
    scanner = Scanner(settings.file_scanner, settings.file_scanner_seconds) if settings.file_scanner else None
    check = scanner.check if scanner else None
    room = Room(settings.temporary_bytes, settings.temporary_bytes_per_person)
    uploads = Uploads(database, settings.file_max_bytes, settings.blocked_endings, check, room)
    return Parts(
        settings=settings,
        broker=broker,
        rpc=rpc,
        tickets=tickets,
        records=RecordsClient(rpc),
        notifications=notifications,
        knowledge=KnowledgeClient(rpc),
        analytics=AnalyticsClient(rpc),
        people=people,
        background=background,
        live=live,
        files=Files(uploads, tickets, settings.file_sweep_seconds),
        readiness=Readiness({"broker": broker.ping, "mongodb": background.ping}),
        renderer=Renderer(Worker(settings.markdown_seconds)),
        starter=Starter(people, rpc),
        stream_watch=StreamWatch(live, partial(reads.find_still_valid, people)),
    )
