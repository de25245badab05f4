"""What a running gateway is made of. Routes take `Gateway` and find their collaborators there."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from gateway.broker import Broker
from gateway.clients.analytics import AnalyticsClient
from gateway.clients.knowledge import KnowledgeClient
from gateway.clients.notifications import NotificationsClient
from gateway.clients.tickets import TicketsClient
from gateway.files import Files
from gateway.files.uploads import Uploads
from gateway.live.hub import LiveHub
from gateway.mongo import connect
from gateway.people import People
from gateway.readiness import Readiness
from gateway.rpc import RpcClient
from gateway.settings import Settings


@dataclass
class Container:
    settings: Settings
    broker: Broker
    rpc: RpcClient
    tickets: TicketsClient
    notifications: NotificationsClient
    knowledge: KnowledgeClient
    analytics: AnalyticsClient
    people: People
    live: LiveHub
    files: Files
    readiness: Readiness

    async def start(self) -> None:
        await self.people.start()
        self.people.fill(self.tickets, self.knowledge)
        self.files.start()
        self.broker.start()

    async def close(self) -> None:
        self.live.close()
        await self.files.close()
        await self.people.close()
        await self.broker.close()


def build(settings: Settings) -> Container:
    broker = Broker(settings.amqp_url)
    rpc = RpcClient(settings.rpc_concurrency)
    people = People(settings, broker)
    live = LiveHub(people.directory, settings.heartbeat_seconds)
    broker.add(rpc)
    broker.add(live)
    tickets = TicketsClient(rpc)
    database = connect(settings.own_mongodb_url, settings.database)
    uploads = Uploads(database, settings.file_max_bytes, settings.blocked_endings)
    return Container(
        settings=settings,
        broker=broker,
        rpc=rpc,
        tickets=tickets,
        notifications=NotificationsClient(rpc),
        knowledge=KnowledgeClient(rpc),
        analytics=AnalyticsClient(rpc),
        people=people,
        live=live,
        files=Files(uploads, tickets, settings.file_sweep_seconds),
        readiness=Readiness({"broker": broker.ping, "mongodb": people.ping}),
    )


async def get_container(request: Request) -> Container:
    container: Container = request.app.state.container
    return container


Gateway = Annotated[Container, Depends(get_container)]
