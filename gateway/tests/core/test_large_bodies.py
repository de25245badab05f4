"""What the body of a request may cost before its sender is known, and afterwards."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.types import Message

from gateway.clients.tickets import TicketsClient
from gateway.kit.credential import Credential
from gateway.kit.forms import read_fields
from gateway.kit.limits import Body, BodyLimitMiddleware, Unfinished
from gateway.kit.settings import Settings
from gateway.live.hub import LiveHub
from gateway.live.response import LiveResponse
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.viewer import Viewer

from .gateways import World
from .streams import count_nothing

PART = b'--x\r\nContent-Disposition: form-data; name="t%d"\r\n\r\n' + b"y" * 100_000 + b"\r\n"
KINDS = {
    "multipart": ("multipart/form-data; boundary=x", PART),
    "form": ("application/x-www-form-urlencoded", b"a=" + b"y" * 100_000 + b"&"),
    "json": ("application/json", b" " * 100_000),
}
OPEN = ["/sign-in", "/forgotten", "/password", "/api/v1/auth/token", "/api/v1/auth/revoke"]
CLOSED = ["/new", "/t/INC-1/reply", "/settings/people/import", "/inbox/read", "/api/v1/tickets", "/api/v1/files?name=a"]


class Sender:
    """Counts the pieces of a body that the gateway has asked for."""

    def __init__(self, piece: bytes, pieces: int) -> None:
        self.taken, self._piece, self._pieces = 0, piece, pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self._pieces):
            self.taken += 1
            yield self._piece


async def send(gateway: World, path: str, kind: str, who: str | None, pieces: int = 40) -> tuple[httpx.Response, int]:
    content_type, piece = KINDS[kind]
    sender = Sender(piece, pieces)
    answer = await gateway.ask("POST", path, who, content=sender, headers={"Content-Type": content_type})
    return answer, sender.taken


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", [*OPEN, *CLOSED])
async def test_nobody_sends_a_large_body_without_signing_in(gateway: World, path: str, kind: str) -> None:
    answer, taken = await send(gateway, path, kind, None)
    assert answer.status_code in (401, 413, 415, 422), answer.text
    assert taken <= 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", OPEN)
async def test_credentials_that_are_none_do_not_help(gateway: World, path: str, kind: str) -> None:
    answer, taken = await send(gateway, path, kind, "nobody")
    assert answer.status_code in (401, 413, 422), answer.text
    assert taken <= 1


@pytest.mark.parametrize("path", ["/new", "/t/INC-1/reply", "/inbox/read"])
async def test_the_texts_of_a_form_have_one_limit_together(gateway: World, path: str) -> None:
    answer, taken = await send(gateway, path, "multipart", "alf", 400)
    assert answer.status_code == 413
    assert taken <= 12


async def test_only_forms_that_take_files_may_be_large(gateway: World) -> None:
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"y" * 2_000_000
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await gateway.ask("POST", "/inbox/read", "alf", content=file + b"\r\n--x--\r\n", headers=headers)
    assert answer.status_code == 413
    answer = await gateway.ask("POST", "/new", "alf", content=file + b"\r\n--x--\r\n", headers=headers)
    assert answer.status_code == 422


async def arrive(gateway: World, seconds: float, *pieces: tuple[float, int]) -> tuple[int, float]:
    """Waits for a body whose pieces come after so many seconds and have so many bytes, and for more that never comes.
    Returns how many bytes came before it was given up, and how long after the last of them that was."""
    middleware = BodyLimitMiddleware(gateway.app, Settings(secret="s" * 32), _nobody)
    body, left, last = Body(Unfinished(1, 1), seconds), iter(pieces), time.monotonic()

    async def receive() -> Message:
        nonlocal last
        last = time.monotonic()
        pause, size = next(left, (1000.0, 0))
        await asyncio.sleep(pause)
        return {"body": bytes(size), "more_body": True}

    async def receive_all() -> None:
        while True:
            await asyncio.wait_for(middleware._receive(receive, body), 3)

    with pytest.raises(ServiceError) as caught:
        await receive_all()
    assert caught.value.reason == "body_too_slow"
    return body.size, time.monotonic() - last


@pytest.mark.parametrize("size", [0, 1, 1_000, 1_000_000, 50_000_000])
async def test_whoever_falls_silent_is_given_up_soon_however_much_came(gateway: World, size: int) -> None:
    came, seconds = await arrive(gateway, 0.3, (0, size))
    assert (came, seconds < 2) == (size, True)


@pytest.mark.parametrize(
    "pieces",
    [[(0.1, 2_000)] * 20, [(0.4, 8_000)] * 5, [(0, 64_000), (0.5, 100)] * 4],
    ids=["steady", "in bursts", "with pauses"],
)
async def test_a_slow_sender_may_go_on(gateway: World, pieces: list[tuple[float, int]]) -> None:
    came, _ = await arrive(gateway, 1, *pieces)
    assert came == sum(size for _, size in pieces)


async def test_drops_do_not_keep_a_body_open(gateway: World) -> None:
    came, _ = await arrive(gateway, 0.3, (0, 1_000_000), *[(0.1, 100)] * 20)
    assert came < 1_001_000


def test_a_phone_may_send_a_picture_of_10_mb_at_20_kb_a_second() -> None:
    """In each minute it is in a tunnel for 25 s."""
    body = Body(Unfinished(1, 1), Settings(secret="s" * 32).body_seconds)
    while body.size < 10_000_000:
        for waited in [1] * 34 + [26]:
            assert waited < body.seconds - body.silence
            body.note(20_000, waited)


async def test_a_body_that_gives_way_is_refused_at_once(gateway: World) -> None:
    middleware = BodyLimitMiddleware(gateway.app, Settings(secret="s" * 32), _nobody)
    unfinished = Unfinished(1, 1)
    first, second = Body(unfinished, 30), Body(unfinished, 30)
    unfinished.begin(first)
    waiting = asyncio.create_task(middleware._receive(_never, first))
    await asyncio.sleep(0)
    unfinished.begin(second)
    with pytest.raises(ServiceError) as caught:
        await asyncio.wait_for(waiting, 60)
    assert caught.value.reason == "too_many_unfinished"


async def _never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def _nobody(_: object) -> None: ...


async def test_the_oldest_unfinished_body_gives_way() -> None:
    unfinished = Unfinished(2, 1)
    bodies = [Body(unfinished, 30) for _ in range(4)]
    for body in bodies:
        unfinished.begin(body)
    assert [body.evicted for body in bodies] == [True, True, False, False]


async def test_a_person_sends_only_so_many_bodies_at_once() -> None:
    unfinished = Unfinished(10, 2)
    bodies = [Body(unfinished, 30) for _ in range(3)]
    for body in bodies:
        unfinished.begin(body)
    for body in bodies[:2]:
        body.trust("rita")
    with pytest.raises(ServiceError) as caught:
        bodies[2].trust("rita")
    assert caught.value.code == "throttled"
    bodies[2].trust("alf")
    unfinished.end(bodies[0])
    other = Body(unfinished, 30)
    other.trust("rita")
    unfinished.begin(other)


async def test_a_person_has_only_so_many_streams(gateway: World) -> None:
    for _ in range(32):
        gateway.hub.join(Credential("token", "", "rita"))
    answer = await gateway.ask("GET", "/api/v1/stream", "rita")
    assert (answer.status_code, answer.json()["reason"]) == (429, "too_many_streams")
    gateway.hub.check_room("alf")


async def test_streams_that_begin_at_once_have_one_limit_together(gateway: World) -> None:
    hub, log = LiveHub(gateway.people.directory, count_nothing, 15.0, most_per_person=2), TicketsClient(gateway.rpc)
    credential, context = Credential("token", "", "rita"), CallContext(viewer=Viewer(id="rita"))
    starting = [
        asyncio.create_task(LiveResponse(hub, log, context, credential, None)({}, _never, _block)) for _ in range(5)
    ]
    await asyncio.sleep(0.01)
    refused = [task for task in starting if task.done()]
    assert [task.exception().reason for task in refused] == ["too_many_streams"] * 3  # type: ignore[union-attr]
    for task in starting:
        task.cancel()
    await asyncio.gather(*starting, return_exceptions=True)
    hub.check_room("rita")


async def _block(_: Message) -> None:
    await asyncio.Event().wait()


async def test_large_forms_do_not_stop_the_gateway() -> None:
    body = b"a=" + b"%21%5B" * 160_000

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    def form() -> Request:
        return Request({"type": "http", "method": "POST", "headers": [], "app": None, "state": {}}, receive)

    reading = [asyncio.create_task(read_fields(form())) for _ in range(8)]
    longest = 0.0
    while not all(task.done() for task in reading):
        # The processor time of the event loop's thread: a loaded machine does not prolong it.
        before = time.thread_time()
        await asyncio.sleep(0.005)
        longest = max(longest, time.thread_time() - before)
    assert longest < 0.5
    assert [task.result()["a"] for task in reading] == ["![" * 160_000] * 8
