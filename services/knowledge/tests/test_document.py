"""Folding a ticket's events: order and repetition do not matter."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from knowledge.domain.document import (
    MAX_BODY,
    MAX_COMMENT,
    MAX_COMMENTS,
    Comment,
    Document,
    TicketChange,
    notes,
    texts,
    unknown,
    with_article,
    with_ticket,
)
from knowledge.domain.text import shorten

from .samples import START


def change(sequence: int, text: str | None = None, where: Any = "public", **fields: Any) -> TicketChange:
    values = {"title": f"title {sequence}", "number": "INC-7", "state": "new", "team_id": None, **fields}
    if text is None:
        return TicketChange("t", sequence, values)
    if sequence == 1:
        return TicketChange("t", 1, values, body=text)
    return TicketChange("t", sequence, values, comment=Comment(sequence, text, where))


def fold(*changes: TicketChange) -> Document:
    document = unknown("ticket:t")
    for one in changes:
        document = with_ticket(document, one)
    return document


HISTORY = [
    change(1, "the description", resolution=None),
    change(2, "a note", "internal"),
    change(3, state="open"),
    change(4, "a reply"),
    change(5, "another note", "internal", team_id="network"),
    change(6, "done", state="resolved", resolution="restarted it", team_id="network"),
]


@given(st.permutations(HISTORY), st.lists(st.sampled_from(HISTORY)))
def test_any_order_with_any_repetition_gives_the_same_document(
    order: list[TicketChange], again: list[TicketChange]
) -> None:
    assert fold(*order, *again) == fold(*HISTORY)
    assert fold(*again, *order) == fold(*HISTORY)


def test_texts_are_kept_in_the_form_of_queries() -> None:
    said = [
        change(1, "Die Tu\u0308r klemmt"),
        change(2, "Drucker\u00adtreiber\u200b"),
        change(3, "می‌خواهم", "internal"),
    ]
    document = fold(*said, change(4, title="Bu\u0308ro\ufeff"))
    assert texts(document) == ["Die Tür klemmt", "Druckertreiber"]
    assert (notes(document), document["title"], document["title_words"]) == (["می‌خواهم"], "Büro", ["buro"])


def test_texts_of_an_earlier_release_are_indexed_in_the_form_of_queries() -> None:
    old = {
        "body": "Tu\u0308r",
        "public": [{"sequence": 2, "text": "für\u200b"}],
        "internal": [{"sequence": 3, "text": "o\u0308"}],
    }
    assert (texts(old), notes(old)) == (["Tür", "für"], ["ö"])


def test_the_document_has_the_newest_fields_and_all_comments() -> None:
    document = fold(*HISTORY)
    assert (document["state"], document["title"], document["team_id"]) == ("resolved", "title 6", "network")
    assert texts(document) == ["the description", "restarted it", "done", "a reply"]
    assert notes(document) == ["another note", "a note"]


def test_a_repeated_event_changes_nothing() -> None:
    document = fold(*HISTORY)
    assert with_ticket(document, HISTORY[1]) == document


@given(st.permutations(range(2, MAX_COMMENTS + 12)))
def test_the_latest_hundred_comments_are_kept_in_any_order(order: list[int]) -> None:
    document = fold(*(change(sequence, f"comment {sequence}") for sequence in order))
    kept_sequences = [part["sequence"] for part in document["public"]]
    assert kept_sequences == list(range(12, MAX_COMMENTS + 12))


def test_texts_are_bounded_in_bytes() -> None:
    document = fold(change(1, "ä" * MAX_BODY), change(2, "€" * MAX_COMMENT), change(3, resolution="x" * 40_000))
    sizes = [len(text.encode()) for text in texts(document)]
    assert sizes == [MAX_BODY, MAX_COMMENT, MAX_COMMENT - 1]
    assert shorten("a\ue000b\ue001", 10) == "ab"


def test_an_article_is_replaced_by_newer_versions_only() -> None:
    fields = {"title": "Reset", "body": "Do this", "tags": ["vpn"], "number": "KB-1", "updated_at": START}
    first = with_article(unknown("article:a"), 2, fields)
    assert first["keywords"] == ["vpn"]
    assert with_article(first, 1, fields | {"body": "older"}) == first
    assert with_article(first, 3, fields | {"body": "newer"})["body"] == "newer"
