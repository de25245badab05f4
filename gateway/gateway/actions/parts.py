"""The object graph of a running gateway. Routes declare a parameter of type `Gateway` to get it."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from gateway.actions.quota import Quota
from gateway.actions.starter import Starter
from gateway.bus.broker import Broker
from gateway.bus.rpc import Rpc
from gateway.clients.analytics import AnalyticsClient
from gateway.clients.knowledge import KnowledgeClient
from gateway.clients.notifications import NotificationsClient
from gateway.clients.records import RecordsClient
from gateway.clients.tickets import TicketsClient
from gateway.files import Files
from gateway.kit.readiness import Readiness
from gateway.kit.settings import Settings
from gateway.live.hub import LiveHub
from gateway.live.watch import StreamWatch
from gateway.markdown.renderer import Renderer
from gateway.people import Background, Ports


@dataclass
class Parts:
    settings: Settings
    broker: Broker
    rpc: Rpc
    tickets: TicketsClient
    records: RecordsClient
    notifications: NotificationsClient
    knowledge: KnowledgeClient
    analytics: AnalyticsClient
    people: Ports
    background: Background
    live: LiveHub
    files: Files
    readiness: Readiness
    renderer: Renderer
    starter: Starter | None = None
    stream_watch: StreamWatch | None = None
    quota: Quota = field(init=False)

    def __post_init__(self) -> None:
        self.quota = Quota(self.settings)

    async def start(self) -> None:
        await self.background.start()
        if self.starter:
            self.starter.start()
        if self.stream_watch:
            self.stream_watch.start()
        self.files.start()
        self.broker.start()

    async def close(self) -> None:
        self.live.close()
        if self.starter:
            await self.starter.close()
        if self.stream_watch:
            await self.stream_watch.close()
        await self.files.close()
        await self.renderer.close()
        await self.background.close()
        await self.broker.close()


async def get_parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


Gateway = Annotated[Parts, Depends(get_parts)]
