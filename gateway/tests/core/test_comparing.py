"""Comparing versions of articles."""

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.actions import comparing
from gateway.actions.comparing import diff_articles, diff_words
from trackline_schemas.articles import ArticleDiff, ArticleView, TextPart

from .fakes import article

TEXT = st.lists(st.sampled_from(["vpn ", "the ", "Öl", "\n\n", "# ", "\N{GRINNING FACE}", "1.", " "])).map("".join)


def side(found: list[TextPart], missing: str) -> str:
    return "".join(part.text for part in found if part.op != missing)


@given(TEXT, TEXT)
@settings(max_examples=200, deadline=None)
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
    await asyncio.gather(*(comparing.compare_articles(version, version) for _ in range(6)))
    assert most == 1
