"""Rendering an article must neither block the gateway nor cost it more than its share."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup
from structlog.testing import capture_logs

from gateway.kit import queue
from gateway.markdown import process, renderer
from gateway.markdown.html import Style
from gateway.markdown.process import Died, Worker
from gateway.markdown.renderer import Cache, Kept, Renderer

from .costly import COSTLY

SECONDS = 0.5


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    worker = Worker(SECONDS)
    yield worker
    await worker.close()


@pytest.fixture
async def real(worker: Worker) -> AsyncIterator[Renderer]:
    renderer = Renderer(worker)
    yield renderer
    await renderer.close()


class Scripted(Worker):
    """Answers when it is told to. The text `slow` costs too much, and `dies` ends the process."""

    def __init__(self) -> None:
        super().__init__(SECONDS)
        self.asked: list[str] = []
        self.go = asyncio.Event()

    async def render(self, text: str, style: Style = "article") -> str | None:
        self.asked.append(text)
        await self.go.wait()
        if text == "dies":
            raise Died
        return None if text == "slow" else f"<p>{text}</p>"


@pytest.fixture
async def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
async def articles(scripted: Scripted) -> AsyncIterator[Renderer]:
    renderer = Renderer(scripted)
    yield renderer
    await renderer.close()


async def longest_silence(task: asyncio.Task[Any]) -> float:
    """Returns the longest processor time in seconds that the loop's thread spent on one thing until the task was done.
    A loaded machine does not prolong it."""
    longest = 0.0
    while not task.done():
        before = time.thread_time()
        await asyncio.sleep(0.005)
        longest = max(longest, time.thread_time() - before)
    return longest


async def start(real: Renderer) -> None:
    """Waits until the process runs, which takes more than its time for one text on a busy machine."""
    for number in range(10):
        if await real.render(f"*warm* {number}", "ines"):
            return
    raise AssertionError("the process does not start")


@pytest.mark.parametrize("kind", COSTLY)
async def test_no_text_stops_the_gateway(real: Renderer, kind: str) -> None:
    await start(real)
    began = time.monotonic()
    task = asyncio.create_task(real.render(COSTLY[kind], "ines"))
    # Rendered in the loop, these texts stop it for 4 to 5 s.
    assert await longest_silence(task) < 2
    assert time.monotonic() - began < 60
    assert await real.render("*still* here", "tom") == "<p><em>still</em> here</p>\n"


async def test_a_costly_text_is_not_rendered(real: Renderer) -> None:
    assert await real.render(COSTLY["images"], "ines") is None
    assert await real.render(COSTLY["one address many times"], "ines") is None
    assert await real.render("a" * 200_001, "ines") is None


async def test_an_ordinary_long_article_is_rendered(real: Renderer) -> None:
    text = "## Step\n\nPress **F5**, then [wait](https://example.org).\n\n- one\n- two\n\n" * 500
    html = await real.render(text, "ines")
    assert html is not None
    assert html.count("<h2>") == 500


async def test_the_process_gets_no_secrets(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKLINE_SECRET", "secret-of-the-gateway")
    await worker.render("a")
    assert worker._process
    assert _environment(worker._process.pid) == b""


def _environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_process_that_dies_or_hangs_is_replaced(
    worker: Worker, how: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    await worker.render("a")
    assert worker._process
    os.kill(worker._process.pid, how)
    monkeypatch.setattr(process, "WALL_SECONDS", 0.5)
    with pytest.raises(Died):
        await worker.render("b")
    monkeypatch.setattr(process, "WALL_SECONDS", 10.0)
    assert await worker.render("c") == "<p>c</p>\n"


async def test_a_reader_who_leaves_does_not_confuse_answers(worker: Worker) -> None:
    await worker.render("a")
    leaving = asyncio.create_task(worker.render(COSTLY["images"]))
    await asyncio.sleep(0.05)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    assert await worker.render("b") == "<p>b</p>\n"


async def test_many_readers_of_one_article_cost_one_rendering(articles: Renderer, scripted: Scripted) -> None:
    readers = [asyncio.create_task(articles.render("a", f"reader {n}")) for n in range(20)]
    await asyncio.sleep(0)
    scripted.go.set()
    assert set(await asyncio.gather(*readers)) == {Markup("<p>a</p>")}
    assert await articles.render("a", "late") == "<p>a</p>"
    assert scripted.asked == ["a"]


async def test_a_costly_text_costs_once(articles: Renderer, scripted: Scripted) -> None:
    scripted.go.set()
    assert [await articles.render("slow", "ines") for _ in range(3)] == [None, None, None]
    assert scripted.asked == ["slow"]


async def test_a_text_is_tried_again_a_while_after_the_process_died(
    articles: Renderer, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted.go.set()
    assert [await articles.render("dies", "ines") for _ in range(3)] == [None, None, None]
    assert scripted.asked == ["dies"]
    later = time.monotonic() + renderer.AGAIN_AFTER + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    await articles.render("dies", "ines")
    assert scripted.asked == ["dies", "dies"]


async def test_nobody_fills_the_line(articles: Renderer, scripted: Scripted) -> None:
    greedy = [asyncio.create_task(articles.render(f"text {n}", "greedy")) for n in range(50)]
    await asyncio.sleep(0)
    other = asyncio.create_task(articles.render("other", "tom"))
    await asyncio.sleep(0.01)
    assert scripted.asked == ["text 0"]
    scripted.go.set()
    assert await other == "<p>other</p>"
    # Whoever used less time lately goes first.
    assert scripted.asked[:2] == ["text 0", "other"]
    assert await asyncio.gather(*greedy) == [f"<p>text {number}</p>" for number in range(50)]


async def read_windows(articles: Renderer, windows: int, texts: int) -> list[int]:
    """Opens so many conversations of one person at once. Returns how many texts each of them shows formatted."""

    async def read(window: int) -> int:
        shown = [await articles.render(f"{window} {number}", "ines", "comment") for number in range(texts)]
        return sum(html is not None for html in shown)

    return await asyncio.gather(*map(read, range(windows)))


@pytest.mark.parametrize(("windows", "texts"), [(3, 10), (8, 10), (4, 1), (60, 1), (60, 2)])
async def test_every_window_of_a_person_waits_for_its_turn(
    articles: Renderer, scripted: Scripted, windows: int, texts: int
) -> None:
    reading = asyncio.create_task(read_windows(articles, windows, texts))
    await asyncio.sleep(0.01)
    scripted.go.set()
    assert await reading == [texts] * windows


async def test_windows_that_open_before_the_process_runs_wait_for_it() -> None:
    renderer = Renderer(Worker(2.0))
    assert await read_windows(renderer, 4, 5) == [5] * 4
    await renderer.close()


async def test_no_window_waits_for_ever(
    articles: Renderer, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderer, "LONGEST_WAIT", 0.05)
    assert await read_windows(articles, 8, 1) == [0] * 8
    assert scripted.asked == ["0 0"]
    scripted.go.set()
    monkeypatch.setattr(renderer, "LONGEST_WAIT", 5.0)
    assert await read_windows(articles, 8, 1) == [1] * 8


async def test_a_window_that_closed_takes_no_place(articles: Renderer, scripted: Scripted) -> None:
    gone = [asyncio.create_task(articles.render(f"gone {number}", "ines")) for number in range(20)]
    await asyncio.sleep(0.01)
    for one in gone:
        one.cancel()
    scripted.go.set()
    assert await articles.render("here", "ines") == "<p>here</p>"
    assert scripted.asked == ["gone 0", "gone 1", "here"]


async def test_whoever_used_less_time_lately_goes_first(articles: Renderer, scripted: Scripted) -> None:
    first = asyncio.create_task(articles.render("first", "greedy"))
    await asyncio.sleep(0.05)
    scripted.go.set()
    await first
    scripted.go.clear()
    later = [asyncio.create_task(articles.render(who, who)) for who in ("ines", "greedy", "tom")]
    await asyncio.sleep(0.01)
    scripted.go.set()
    await asyncio.gather(*later)
    assert scripted.asked == ["first", "ines", "tom", "greedy"]


async def test_a_text_that_found_no_turn_is_tried_again(
    articles: Renderer, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "WAIT_SECONDS", 0.05)
    held = asyncio.create_task(articles.render("held", "ines"))
    await asyncio.sleep(0)
    assert await articles.render("a", "tom") is None
    scripted.go.set()
    assert await held == "<p>held</p>"
    assert await articles.render("a", "tom") == "<p>a</p>"


async def test_a_reader_waits_for_a_limited_time(
    articles: Renderer, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderer, "LONGEST_WAIT", 0.05)
    assert await articles.render("a", "ines") is None
    scripted.go.set()
    await asyncio.sleep(0)
    assert await articles.render("a", "ines") == "<p>a</p>"


async def test_the_log_holds_neither_text_nor_html(articles: Renderer, scripted: Scripted) -> None:
    scripted.go.set()
    with capture_logs() as lines:
        await articles.render("slow", "ines")
        await articles.render("dies", "ines")
        await articles.render("secret words", "ines")
    assert [line["event"] for line in lines] == ["a text is shown without formatting"] * 2
    assert all(set(line) == {"event", "log_level", "sha256", "characters"} for line in lines)


def test_the_cache_keeps_what_was_used_last() -> None:
    cache = Cache(1_000)
    for name in (b"a", b"b"):
        cache.put((1, "comment", name), Kept(Markup("y" * 250)))
    cache.get((1, "comment", b"a"))
    cache.put((1, "comment", b"c"), Kept(Markup("y" * 250)))
    assert [cache.get((1, "comment", name)) is not None for name in (b"a", b"b", b"c")] == [True, False, True]
    assert cache.get((2, "comment", b"a")) is None


async def test_comments_are_kept_apart_from_articles(real: Renderer) -> None:
    await start(real)
    assert await real.render("a\nb", "ines", "comment") == "<p>a<br>\nb</p>\n"
    assert await real.render("a\nb", "ines") == "<p>a\nb</p>\n"
