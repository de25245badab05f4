"""Headers with words of people, read by a parser that has nothing in common with Python's email package."""

import pytest
from fast_mail_parser import PyMail, parse_email
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.channels.mail.headers import mailbox_header, text_header
from notifications.domain.text import one_line
from notifications.usecases.channel import TransportError

from .builders import bundle, mail_row, read
from .test_mail import COMPOSER

FAMILY, WANT = "👨‍👩‍👧", "می‌خواهم"
LONG_DESK = "Desk, North (Information Technology Department, Building 7, Floor 3, Room 301)"
SUBJECTS = [
    "[INC-1042] in Übersicht bitte Büro der für für",
    "[INC-1042] " + "für " * 45 + "alle",
    f"[INC-1042] {FAMILY} {WANT} {FAMILY}",
    "[INC-1] 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏳️‍🌈 क्‍ष 🫩",
    "[INC-1] =?utf-8?q?a?= is no ü",
    "[INC-1] two  blanks, a\u00a0hard one and a\u3000wide one",
    "[INC-1] " + "x" * 192,
    "[INC-1] short",
    "ASCII words " * 15 + "end",
]
NAMES = [
    LONG_DESK,
    LONG_DESK.replace("Technology", "Büro"),
    'Anna "Nan" Smith',
    "back\\slash",
    "Müller, Rita",
    "=?utf-8?q?a?=",
    "a@b.example, c@d.example",
    "<a@b.example>",
    "(comment)",
    "Jr.",
    f"{FAMILY} {WANT}",
    ", ".join(["Ärzte"] * 30),
    "x" * 200,
    "Anna",
]


def parsed(*lines: str) -> PyMail:
    raw = "\r\n".join([*lines, "", "Hello", ""]).encode("ascii")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    return parse_email(raw)


def mailboxes(mail: PyMail) -> list[tuple[str | None, str]]:
    return [(one.display_name, one.address) for one in mail.to]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_is_read_as_it_was_written(subject: str) -> None:
    assert one_line(subject) == subject
    assert parsed(text_header("Subject", subject)).subject == subject


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("address", ["a@b.example", "somebody.with.a.long.name@" + "department." * 8 + "example.org"])
def test_a_name_stays_one_name_of_one_address(name: str, address: str) -> None:
    assert one_line(name) == name
    assert mailboxes(parsed(mailbox_header("To", name, address))) == [(name, address)]


def test_an_address_without_a_name_stands_alone() -> None:
    assert mailboxes(parsed(mailbox_header("To", "", "a@b.example"))) == [(None, "a@b.example")]


words = st.text(max_size=150).map(one_line)


@settings(max_examples=60)
@given(subject=words, name=words.filter(bool))
def test_any_words_are_read_as_they_were_written(subject: str, name: str) -> None:
    mail = parsed(text_header("Subject", f"[INC-1] {subject}".strip()), mailbox_header("To", name, "a@b.example"))
    assert mail.subject == f"[INC-1] {subject}".strip()
    assert mailboxes(mail) == [(name, "a@b.example")]


@pytest.mark.parametrize("name", ["Message-ID", "In-Reply-To", "References"])
def test_an_id_is_never_encoded_however_long_it_is(name: str) -> None:
    value = f"<ticket.{'9' * 60}@{'department.' * 5}example.org>"
    assert text_header(name, value) == f"{name}: {value}"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a\r\nBcc: x", "a Bcc: x"),
        ("a\u2028b\x85c\x0bd", "a b c d"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\u2066b\u2069", "ab"),
        ("\ufeffa\x00\x1b[31mb", "a[31mb"),
    ],
)
def test_what_breaks_or_turns_a_line_goes(written: str, kept: str) -> None:
    assert one_line(written) == kept


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("anna@müller.example", "anna@xn--mller-kva.example"),
        ("anna@straße.example", "anna@xn--strae-oqa.example"),
        ("anna@例え.example", "anna@xn--r8jz45g.example"),
        ("anna@firm.local", "anna@firm.local"),
    ],
)
def test_servers_get_the_ascii_form_of_a_domain(address: str, sent: str) -> None:
    mail = COMPOSER.compose(bundle(mail_row(), address=address))
    assert (mail.to, read(mail)["To"].addresses[0].addr_spec) == (sent, sent)


@pytest.mark.parametrize(
    ("address", "reason"),
    [("a..b@x.org", "two dots"), ("jörg@x.org", "ö before the @"), ("a@x..org", "dots"), ("a b@x.org", "no space")],
)
def test_an_address_of_an_earlier_release_that_is_not_valid_fails_for_good(address: str, reason: str) -> None:
    with pytest.raises(TransportError, match=reason) as caught:
        COMPOSER.compose(bundle(mail_row(), address=address))
    assert caught.value.permanent
    assert repr(address) in str(caught.value)
