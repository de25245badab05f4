"""The channel of docs/adding-a-channel.md goes through the queue as mail does, registered here only."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest
from prometheus_client import REGISTRY

from notifications.domain.delivery import Delivery, Outcome
from notifications.usecases import delivery
from notifications.usecases.channel import Channel
from trackline_schemas.events import Event
from trackline_schemas.viewer import Viewer

from .builders import PEOPLE, comment, ticket_event
from .world import World, office

PAGE = Path(__file__).parents[3] / "docs" / "adding-a-channel.md"
REPLY = ticket_event("anna", said=comment("anna", "Try again"))


@dataclass
class ChatServer:
    """Answers with `answers` in turn, then with 200; an exception is raised."""

    answers: list[int | Exception] = field(default_factory=list)
    taken: list[tuple[str, str, str]] = field(default_factory=list)

    def post(self, user: str, text: str, id_: str) -> int:
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        if answer == 200:
            self.taken.append((user, text, id_))
        return answer


@pytest.fixture(scope="module")
def chat_channel() -> Iterator[Callable[..., Channel]]:
    [code] = PAGE.read_text(encoding="utf-8").split("```python\n")[1:]
    module = ModuleType("chat_of_the_docs")
    sys.modules[module.__name__] = module
    exec(compile(code.partition("```")[0], str(PAGE), "exec"), vars(module))
    yield module.chat_channel
    del sys.modules[module.__name__]


@pytest.fixture
def server() -> ChatServer:
    return ChatServer()


@pytest.fixture
def world(chat_channel: Callable[..., Channel], server: ChatServer) -> World:
    world = office()
    world.more.append(chat_channel(world.deliveries, lambda: world.now, server.post))
    return world


def states(world: World) -> dict[str, str]:
    return {row.id: row.state for row in world.deliveries.rows.values()}


def chat(world: World) -> tuple[str, str | None]:
    [row] = [row for row in world.deliveries.rows.values() if row.channel == "chat"]
    return row.state, row.error


def attempts(outcome: str) -> float:
    return REGISTRY.get_sample_value("trackline_mails_total", {"channel": "chat", "outcome": outcome}) or 0


def test_an_event_goes_out_once_by_each_channel(world: World, server: ChatServer) -> None:
    before = attempts("sent")
    for _ in range(2):
        world.consume([REPLY])
        world.send_all("chat")
    key = f"{REPLY.id}:rita"
    assert server.taken == [("rita@example.org", "VPN is down: replied", f"{key}:chat")]
    assert states(world) == {f"{key}:mail": "queued", f"{key}:chat": "sent"}
    assert attempts("sent") == before + 1
    world.send_all("mail")
    assert [address for address, _ in world.server.taken] == ["rita@example.org"]


def test_changes_of_one_ticket_share_a_message(world: World, server: ChatServer) -> None:
    def moved(sequence: int, state: str) -> Event:
        return ticket_event("anna", sequence=sequence, changes={"state": ("open", state)}, ticket={"state": state})

    world.consume([moved(2, "pending"), moved(3, "closed")])
    world.send_all("chat")
    [(_, text, _)] = server.taken
    assert text == "VPN is down: state_changed\nVPN is down: state_changed"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (503, "queued"),
        (429, "queued"),
        (ConnectionRefusedError("no"), "queued"),
        (404, "failed"),
        (TimeoutError("late"), "unknown"),
    ],
)
def test_the_queue_decides_by_what_the_transport_says(
    world: World, server: ChatServer, answer: int | Exception, state: str
) -> None:
    server.answers.append(answer)
    world.consume([REPLY])
    world.send_all("chat")
    assert (chat(world)[0], server.taken) == (state, [])
    world.later(hours=1)
    world.send_all("chat")
    assert (chat(world)[0], len(server.taken)) == (("sent", 1) if state == "queued" else (state, 0))


def test_it_gives_up_after_two_days(world: World, server: ChatServer) -> None:
    server.answers = [503] * 1000
    world.consume([REPLY])
    while chat(world)[0] == "queued":
        world.send_all("chat")
        world.later(minutes=30)
    assert chat(world) == ("failed", "Given up after two days. The chat server answered 503.")


def test_what_cannot_be_prepared_is_not_marked_or_sent(world: World, server: ChatServer) -> None:
    world.people.apply(PEOPLE["rita"].model_copy(update={"emails": []}), 2)
    world.consume([REPLY])
    world.send_all("chat")
    assert (chat(world), server.taken) == (("failed", "The recipient has no chat account."), [])


def test_nobody_is_told_who_may_not_be(world: World, server: ChatServer) -> None:
    world.people.apply(PEOPLE["rita"].model_copy(update={"active": False}), 2)
    world.consume([REPLY])
    assert "chat" not in str(states(world))


def test_an_account_that_is_closed_meanwhile_hears_nothing(world: World, server: ChatServer) -> None:
    world.consume([REPLY])
    world.people.apply(PEOPLE["rita"].model_copy(update={"active": False}), 2)
    world.send_all("chat")
    assert (chat(world), server.taken) == (("failed", "The recipient's account is not active."), [])


def test_a_sender_that_vanished_leaves_doubt_and_no_second_message(world: World, server: ChatServer) -> None:
    class Killed(BaseException):
        pass

    def killed(rows: Sequence[Delivery], outcome: Outcome, now: datetime) -> None:
        raise Killed

    world.consume([REPLY])
    settle = world.deliveries.settle
    world.deliveries.settle = killed  # type: ignore[method-assign]
    with pytest.raises(Killed):
        world.send_some("chat")
    world.deliveries.settle = settle  # type: ignore[method-assign]
    world.later(hours=1)
    world.deliveries.recover(world.now)
    world.send_all("chat")
    assert (chat(world)[0], len(server.taken)) == ("unknown", 1)


def test_administrators_see_it_among_the_others(world: World, server: ChatServer) -> None:
    world.consume([REPLY])
    world.send_all("chat")
    [shown] = delivery.page(world.ports, "sent", 10, None, Viewer(id="boss", admin=True)).items
    assert (shown.mail_id, shown.address, shown.ticket_id) == (f"{REPLY.id}:rita:chat", "rita@example.org", "t1")


def test_the_page_names_what_exists() -> None:
    package = PAGE.parents[1] / "services" / "notifications" / "notifications"
    named = set(re.findall(r"`((?:usecases|channels/mail)/\w+\.py)`", PAGE.read_text(encoding="utf-8")))
    assert len(named) > 4
    assert {path for path in named if not (package / path).exists()} == set()
