import os
import time
from pathlib import Path

from pymongo.errors import AutoReconnect, ServerSelectionTimeoutError

from trackline_chassis.bus import Bus
from trackline_chassis.entrypoints import App, Call, events, rpc
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Wiring
from trackline_schemas.categories import Category, CreateCategory
from trackline_schemas.errors import not_found
from trackline_schemas.events import Event


class Toy:
    """Writes a line to a file for each call and event."""

    def __init__(self) -> None:
        self.path = Path(os.environ["TOY_FILE"])

    def note(self, line: str) -> None:
        with self.path.open("a") as file:
            file.write(line + "\n")


def build(_settings: ChassisSettings, _bus: Bus) -> Wiring[Toy]:
    return Wiring(Toy())


class ToyService:
    name = "toy"
    app = App(build)
    call = Call()

    @rpc
    def echo(self, command: CreateCategory, version: int = 1) -> Category:
        return Category(id=self.call.viewer.id, name=command.name, version=version)

    @rpc
    def refuse(self) -> None:
        raise not_found("toy", "1")

    @rpc
    def fail(self) -> None:
        raise RuntimeError("secret detail")

    @rpc
    def lose(self, sent: bool) -> None:
        raise AutoReconnect("connection closed") if sent else ServerSelectionTimeoutError("nobody answers")

    @rpc
    def slow(self, seconds: float, line: str) -> str:
        self.app.note(f"begin {line}")
        time.sleep(seconds)
        self.app.note(f"end {line}")
        return line

    @events("analytics.events")
    def consume(self, events: list[Event]) -> None:
        for event in events:
            if event.actor == "nobody":
                raise RuntimeError("nobody acted")
            self.app.note(event.id)
