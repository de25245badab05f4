import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackline_schemas.query import ENGLISH, find_typing


@pytest.mark.parametrize(
    ("typed", "field", "begun"),
    [
        ("", None, ""),
        ("assi", None, "assi"),
        ("vpn assi", None, "assi"),
        ("vpn -assi", None, "assi"),
        ("vpn ", None, ""),
        ("assignee:", "assignee", ""),
        ("assignee:in", "assignee", "in"),
        ("-state:clo", "state", "clo"),
        ("created:>20", "created", "20"),
        ("created:<", "created", ""),
        ("state:open,pe", "state", "pe"),
        ('team:"Field s', "team", "Field s"),
        ('team:"Field service",ne', "team", "ne"),
        ("http:x", None, "http:x"),
    ],
)
def test_what_is_being_typed(typed: str, field: str | None, begun: str) -> None:
    found = find_typing(typed, len(typed), ENGLISH)
    assert (found.field, found.begun) == (field, begun)


@pytest.mark.parametrize(
    ("typed", "written", "after"),
    [
        ("vpn assi|", "assignee:", "vpn assignee:|"),
        ("-assi|", "assignee:", "-assignee:|"),
        ("state:op|", "open", "state:open |"),
        ("state:op| vpn", "open", "state:open |vpn"),
        ("state:o|p vpn", "open", "state:open |vpn"),
        ("created:>|", "2026-01-31", "created:>2026-01-31 |"),
        ('team:"Fie|', '"Field service"', 'team:"Field service" |'),
        ("state:open,pe|", "pending", "state:open,pending |"),
        ("state:o|p,closed", "open", "state:open|,closed"),
        ("vpn |state:open", "assignee:", "vpn assignee:| state:open"),
        ("assi| vpn", "assignee:", "assignee:| vpn"),
        ('team:"Fi|eld serv" vpn', '"Field service"', 'team:"Field service" |vpn'),
        ('team:"Fi|eld serv",network', '"Field service"', 'team:"Field service"|,network'),
        ('team:"Fi| vpn', '"Field service"', 'team:"Field service" |vpn'),
    ],
)
def test_a_completion_replaces_what_was_begun(typed: str, written: str, after: str) -> None:
    caret = typed.index("|")
    text = typed.replace("|", "")
    completed, at = find_typing(text, caret, ENGLISH).complete(text, written)
    assert f"{completed[:at]}|{completed[at:]}" == after


@given(st.text(st.sampled_from(list('ab:,"- <team')), max_size=20), st.integers(0, 20))
def test_a_completion_keeps_what_stands_before_and_after(text: str, caret: int) -> None:
    at = min(caret, len(text))
    found = find_typing(text, at, ENGLISH)
    assert 0 <= found.start <= at <= found.end <= len(text)
    completed, place = found.complete(text, "x")
    assert completed.startswith(text[: found.start] + "x")
    assert completed[place:] == text[found.end :].lstrip()
