import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from trackline_schemas.base import now
from trackline_schemas.errors import ServiceError
from trackline_schemas.paging import MAX_PAGE, Page, PageQuery, decode_cursor, decode_instant, encode_cursor

parts = st.one_of(st.text(), st.integers(-(2**53), 2**53), st.floats(-1e9, 1e9), st.none(), st.booleans())


@given(st.lists(parts, min_size=1, max_size=4))
def test_a_cursor_gives_back_what_it_was_made_of(key: list[Any]) -> None:
    cursor = encode_cursor(*key)
    assert decode_cursor(cursor, len(key)) == key
    assert set(cursor).isdisjoint("+/=&?# ")


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "not a cursor",
        "€uro",
        "\x00",
        encoded("\ufffd["),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        encoded("{}"),
        encoded("null"),
        encoded('["only one"]'),
        encoded('["a", "b", "c"]'),
        encoded('["a", {"$gt": ""}]'),
        encoded('["a", ["b"]]'),
        encoded('["a", NaN]'),
        encoded('["a", Infinity]'),
        encoded(json.dumps(["a", 2**64])),
        encoded('["a", "\\ud800"]'),
        encoded("[" * 100_000),
        encoded('["a", 1' + "0" * 5000 + "]"),
    ],
)
def test_garbage_is_an_invalid_cursor(cursor: str) -> None:
    with pytest.raises(ServiceError) as refused:
        decode_cursor(cursor, 2)
    assert (refused.value.code, refused.value.status) == ("invalid_cursor", 400)


@given(st.text())
def test_no_text_breaks_the_decoder(text: str) -> None:
    with pytest.raises(ServiceError, match="cursor"):
        decode_cursor(text, 7)


def test_a_page_query_is_bounded() -> None:
    assert PageQuery(size=MAX_PAGE).size == 100
    for wrong in ({"size": 0}, {"size": MAX_PAGE + 1}, {"page": 2}):
        with pytest.raises(ValidationError):
            PageQuery.model_validate(wrong)


def test_the_last_page_has_no_cursor() -> None:
    assert Page[int](items=[1]).model_dump() == {"items": [1], "after": None}


def test_an_instant_comes_back_whole() -> None:
    instant = now()
    (part,) = decode_cursor(encode_cursor(instant), 1)
    assert decode_instant(part) == instant


@pytest.mark.parametrize("part", ["9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+14:00", "x", 1, None, True])
def test_no_store_is_asked_for_an_instant_that_it_cannot_hold(part: Any) -> None:
    with pytest.raises(ServiceError) as refused:
        decode_instant(part)
    assert refused.value.code == "invalid_cursor"
