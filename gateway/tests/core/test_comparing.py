"""Comparing versions of articles."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.actions import comparing
from gateway.actions.comparing import diff_articles, diff_words
from trackline_schemas.articles import ArticleDiff, ArticleView, TextPart
from trackline_schemas.errors import ServiceError

from .fakes import article
from .gateways import World

TEXT = st.lists(st.sampled_from(["vpn ", "the ", "Öl", "\n\n", "# ", "\N{GRINNING FACE}", "1.", " "])).map("".join)


def side(found: list[TextPart], missing: str) -> str:
    return "".join(part.text for part in found if part.op != missing)


@given(TEXT, TEXT)
@settings(max_examples=200)
def test_the_joined_parts_are_both_texts(before: str, after: str) -> None:
    found = diff_words(before, after)
    assert (side(found, "added"), side(found, "removed")) == (before, after)


def test_words_are_never_split() -> None:
    found = diff_words("Restart the printer.", "Restart the printers!")
    assert [(part.op, part.text) for part in found] == [
        ("same", "Restart the "),
        ("removed", "printer."),
        ("added", "printers!"),
    ]


def test_only_fields_that_differ_are_listed() -> None:
    earlier = ArticleView.model_validate(article(version=1, tags=["vpn"]))
    later = ArticleView.model_validate(article(version=2, tags=["vpn", "wifi"], state="archived"))
    found = diff_articles(earlier, later)
    assert [(one.field, one.before, one.after) for one in found.fields] == [
        ("state", "published", "archived"),
        ("tags", ["vpn"], ["vpn", "wifi"]),
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_the_longest_texts_are_compared_in_time(turned: bool) -> None:
    texts = [" ".join(f"{word}{number}" for number in range(25_000)) for word in ("a", "b")]
    before, after = reversed(texts) if turned else texts
    started = time.monotonic()
    found = diff_words(before, after)
    assert time.monotonic() - started < 20
    assert (side(found, "added"), side(found, "removed")) == (before, after)


async def test_one_comparison_runs_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loop waits for its turn behind every thread that computes."""
    running, most = 0, 0

    def compare(earlier: ArticleView, later: ArticleView) -> ArticleDiff:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.02)
        running -= 1
        return diff_articles(earlier, later)

    monkeypatch.setattr(comparing, "diff_articles", compare)
    version = ArticleView.model_validate(article())
    await asyncio.gather(*(comparing.compare_articles(version, version, "alf") for _ in range(6)))
    assert most == 1


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Comparisons take until the event is set."""
    done = threading.Event()

    def compare(earlier: ArticleView, later: ArticleView) -> ArticleDiff:
        done.wait(60)
        return ArticleDiff(earlier=1, later=2, fields=[])

    monkeypatch.setattr(comparing, "diff_articles", compare)
    yield done
    done.set()


async def outcome(reader_id: str) -> str | None:
    version = ArticleView.model_validate(article())
    try:
        await comparing.compare_articles(version, version, reader_id)
    except ServiceError as error:
        return error.reason
    return None


@pytest.mark.parametrize("many", [comparing.MOST_WAITING + 2, 500])
async def test_only_so_many_wait(held: threading.Event, many: int) -> None:
    asked = [asyncio.create_task(outcome(f"reader {number}")) for number in range(many)]
    refused = many - comparing.MOST_WAITING - 1
    done, _ = await asyncio.wait(asked, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    assert {task.result() for task in done} == {"too_many_comparisons"}
    held.set()
    answers = await asyncio.gather(*asked)
    assert (answers.count("too_many_comparisons"), answers.count(None)) == (refused, many - refused)


async def test_whoever_asks_often_takes_no_place_from_others(held: threading.Event) -> None:
    flood = [asyncio.create_task(outcome("mallory")) for _ in range(100)]
    await asyncio.sleep(0)
    others = [asyncio.create_task(outcome(name)) for name in ("alf", "anna")]
    await asyncio.sleep(0)
    held.set()
    assert await asyncio.gather(*others) == [None, None]
    assert (await asyncio.gather(*flood)).count(None) == comparing.MOST_WAITING - 1


async def test_a_reader_who_is_refused_may_come_again(gateway: World, held: threading.Event) -> None:
    path = "/api/v1/articles/KB-1/diff?earlier=1&later=2"
    first = asyncio.create_task(outcome("alf"))
    waiting = [asyncio.create_task(outcome(f"reader {number}")) for number in range(comparing.MOST_WAITING)]
    await asyncio.sleep(0)
    refused = await gateway.ask("GET", path)
    assert (refused.status_code, refused.json()["reason"]) == (503, "too_many_comparisons")
    assert int(refused.headers["Retry-After"]) >= 1
    held.set()
    assert set(await asyncio.gather(first, *waiting)) == {None}
    assert (await gateway.ask("GET", path)).status_code == 200
