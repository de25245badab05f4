"""Comparing versions of articles."""

import asyncio
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.actions.comparing import compare_articles, diff_articles, diff_words
from trackline_schemas.articles import ArticleView, TextPart

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


async def test_many_comparisons_at_once_do_not_stop_the_gateway() -> None:
    dice = random.Random(1)
    texts = [" ".join(dice.choices("abcdefgh", k=100_000)) for _ in range(2)]
    earlier, later = (ArticleView.model_validate(article(body=text)) for text in texts)
    comparing = [asyncio.create_task(compare_articles(earlier, later)) for _ in range(6)]
    silences = []
    while not all(task.done() for task in comparing):
        before = time.monotonic()
        await asyncio.sleep(0.005)
        silences.append(time.monotonic() - before)
    assert sorted(silences)[len(silences) // 2] < 0.025
