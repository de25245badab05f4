"""An ordinary day in short: people open tickets, answer, list, search and sign in."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from harness.api import Api
from harness.live import Listener

from alarms.world import World, repeating


@contextmanager
def ordinary_load(world: World) -> Iterator[None]:
    def talk() -> None:
        number = world.requester.new_ticket("My printer prints only half of the page")["number"]
        world.agent.comment(number, "Which printer is it?")
        world.requester.comment(number, "The one on floor 2.")
        world.agent.get(f"/tickets/{number}")

    with ExitStack() as stack:
        stack.enter_context(Listener(world.agent))
        for action, pause in (
            (talk, 1.0),
            (lambda: world.agent.get("/tickets"), 0.5),
            (lambda: world.agent.get("/search", q="printer"), 1.0),
            (lambda: world.requester.get("/notifications"), 1.0),
            (lambda: sign_in(world), 5.0),
        ):
            stack.enter_context(repeating(action, pause=pause))
        yield


def sign_in(world: World) -> None:
    Api.sign_in(world.system.url, world.agent.me["email"], world.agent.password).http.close()


def work(world: World, seconds: float) -> None:
    with ordinary_load(world):
        time.sleep(seconds)
