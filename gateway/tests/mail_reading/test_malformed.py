"""No mail makes reading raise, and what it cost was not paid for nothing: the value says what is wrong."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mail_reading.mail import Defect, Mail
from gateway.mail_reading.read import read
from gateway.mail_reading.worker import FORM

from .mails import HEAD, parts

HEADERS = """From To Subject Date Message-ID Content-Type Content-Disposition Content-Transfer-Encoding Content-ID
References Return-Path Auto-Submitted""".split()
VALUES = [
    *'=?utf-8?b?!!!?= =?x?q?=ZZ?= =?utf-7?q?+2AA-?= a@b.c <> <<>> (((( " \\ base64 x-uuencode quoted-printable'.split(),
    *"message/rfc822 message/delivery-status text/html multipart/mixed;boundary= image/png;;;= ,,,;;;: \0".split(),
    "\udce4",
    'multipart/mixed; boundary="b',
    'text/plain; charset="',
    "attachment; filename*=utf-8''%",
    "attachment; filename*0*=x''%zz; filename*1=y",
    "inline; filename=",
    "Mon, 99 Foo 99999 99:99:99 +9999",
]
BODIES = [
    *"--b --b-- \0 <div> <svg><p> <![foo &#xD800; >a \udcff YWJj".split(),
    "",
    "begin 644 x",
    "Content-Type: text/html",
]


def whole(raw: bytes) -> Mail:
    """Reads the mail, and takes its value through the form in which it leaves the process that reads."""
    found = read(raw)
    assert FORM.validate_json(FORM.dump_json(found)) == found
    return found


lines = st.lists(st.tuples(st.sampled_from(HEADERS), st.sampled_from(VALUES) | st.text(max_size=20)), max_size=8)


@given(lines, st.lists(st.sampled_from(BODIES) | st.text(max_size=20), max_size=10))
def test_mails_of_damaged_pieces(headers: list[tuple[str, str]], body: list[str]) -> None:
    text = "".join(f"{name}: {value}\n" for name, value in headers) + "\n" + "\n".join(body)
    whole(text.encode("utf-8", "surrogateescape" if text.isprintable() else "replace"))


@given(st.binary(max_size=300))
def test_bytes_that_are_no_mail(raw: bytes) -> None:
    whole(raw)


def test_mails_with_damaged_bytes() -> None:
    letters = random.Random(5)
    good = (
        HEAD + parts("mixed", "\nHello", parts("alternative", "\nText", "Content-Type: text/html\n\n<p>A</p>"))
    ).encode()
    for _ in range(300):
        damaged = bytearray(good)
        for _ in range(letters.randrange(1, 12)):
            damaged[letters.randrange(len(damaged))] = letters.randrange(256)
        whole(bytes(damaged))


NESTED = "".join(f"Content-Type: multipart/mixed; boundary=b{place}\n\n--b{place}\n" for place in range(2000))
SOME = NESTED[: NESTED.index("Content-Type: multipart/mixed; boundary=b60")]
COSTLY = {
    "parts in parts": (HEAD + NESTED + "\nHello", Defect.STRUCTURE),
    "parts in fewer parts": (HEAD + SOME + "\nHello", Defect.DEEP),
    "mails in mails": (HEAD + "Content-Type: message/rfc822\n\n" * 2000, Defect.STRUCTURE),
    "many parts": (HEAD + parts("mixed", *["\nx"] * 10_000), Defect.MANY_PARTS),
    "a long header": (HEAD + "Subject: " + "x" * 3_000_000 + "\n\n", Defect.LONG_HEADER),
    "deep HTML": (HEAD + "Content-Type: text/html\n\n" + "<div>" * 80_000 + "Hello", Defect.HTML_DEEP),
    "long HTML": (HEAD + "Content-Type: text/html\n\n" + "<p>Hello</p>" * 100_000, Defect.HTML_LONG),
    "a character set that is none": (HEAD + "Content-Type: text/plain; charset=none\n\nHello \u00e4", Defect.CHARSET),
}  # fmt: skip


@pytest.mark.parametrize("name", COSTLY)
def test_what_is_not_read_is_told(name: str) -> None:
    text, defect = COSTLY[name]
    assert defect in whole(text.encode()).defects


def test_the_text_of_html_that_is_not_shown_is_there() -> None:
    found = read(COSTLY["deep HTML"][0].encode())
    assert (found.text, found.html_parts) == ("Hello", ())


def test_nothing_of_a_text_is_unprintable() -> None:
    found = read(b"Subject: a\0b\x1b[31m\nContent-Type: text/plain; charset=utf-7\n\n+2AA-x\0\x1b[31m")
    assert found.subject.isprintable()
    assert not {"\0", "\x1b"} & set(found.text)
