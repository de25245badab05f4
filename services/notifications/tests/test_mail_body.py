"""The body of a mail, read by Python's email package, which has no part in writing it."""

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.channels.mail.body import alternatives

# RFC 2045 allows no longer lines in quoted-printable text.
LONGEST = 76
WORDS = st.sampled_from(
    ["Drucker", "für", "漢字", "👨\u200d👩\u200d👧", "=_trackline", "--=_trackline--", "From ", ".", " ", "=3D"]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r", " \n", "\t\n", "\u2028", "\x00", "\x0b"])
TEXTS = st.lists(WORDS | ENDS | st.text(max_size=80), max_size=40).map("".join)


def read(content: bytes) -> dict[str, str]:
    """Returns media type → text, in the order of the parts."""
    parts = message_from_bytes(content, policy=default).iter_parts()
    return {part.get_content_type(): _text(part.get_payload(decode=True)) for part in parts}


def _text(payload: object) -> str:
    assert isinstance(payload, bytes)
    return payload.decode()


@given(TEXTS, TEXTS)
@example("x" * 75 + " \nend", "x" * 74 + "\t")
def test_both_texts_are_read_as_they_were_written(text: str, html: str) -> None:
    content = alternatives(text, html)
    expected = [b"\r\n".join(one.encode().splitlines()).decode() for one in (text, html)]
    assert list(read(content).items()) == list(zip(["text/plain", "text/html"], expected, strict=True))


@given(TEXTS)
def test_every_line_may_pass_every_server(text: str) -> None:
    lines = alternatives(text, text).split(b"\r\n")
    assert all(len(line) <= LONGEST and line.isascii() and not {10, 13} & set(line) for line in lines)


@pytest.mark.parametrize("end", [" ", "\t", ""])
@pytest.mark.parametrize("length", range(70, 80))
def test_a_blank_at_the_end_of_a_full_line(length: int, end: str) -> None:
    written = f"{'x' * length}{end}\nnext"
    content = alternatives(written, written)
    assert read(content)["text/plain"] == written.replace("\n", "\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= LONGEST
