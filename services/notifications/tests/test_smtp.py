"""The two phases of SMTP with a real server that fails on demand."""

import smtplib
import socket
from base64 import b64decode
from contextlib import suppress
from email import message_from_bytes
from email.policy import SMTP, default

import pytest

from notifications.channels.mail.smtp import Server, SmtpClient, sign_in
from notifications.usecases.channel import TransportError

from .smtp_server import Mailbox

MAIL = b"Subject: Hello\r\n\r\n.\r\n.dots\r\nend\r\n"


def client(port: int, timeout: float = 5) -> SmtpClient:
    return SmtpClient(Server("127.0.0.1", port, tls=False, user=None, password=None), "desk@example.org", timeout)


def hand_over(port: int, content: bytes = MAIL) -> None:
    with client(port).conversation() as conversation, conversation.to("rita@example.org") as handover:
        handover.hand(content)


def test_arrives_unchanged(smtp: tuple[Mailbox, int]) -> None:
    mailbox, port = smtp
    hand_over(port)
    [mail] = mailbox.mails
    assert mailbox.recipients == ["rita@example.org"]
    assert mail.as_bytes(policy=SMTP) == message_from_bytes(MAIL, policy=default).as_bytes(policy=SMTP)


# What happens to the second of three mails → (number of mails taken, number of conversations).
WEATHERS: dict[str, tuple[dict[str, list[str]], int, int]] = {
    "fair": ({}, 3, 1),
    "no such recipient": ({"RCPT": ["250 OK", "550 unknown"]}, 2, 2),
    "spam": ({"END": ["250 taken", "554 spam"]}, 2, 2),
    "the server has had enough": ({"MAIL": ["250 OK", "421 enough"]}, 3, 2),
    "the server hung up": ({"MAIL": ["250 OK", "drop"]}, 3, 2),
}


@pytest.mark.parametrize("weather", WEATHERS.values(), ids=WEATHERS.keys())
def test_mails_share_a_conversation_until_one_fails(
    smtp: tuple[Mailbox, int], weather: tuple[dict[str, list[str]], int, int]
) -> None:
    mailbox, port = smtp
    mailbox.script, taken, conversations = weather
    with client(port).conversation() as conversation:
        for _ in range(3):
            with suppress(TransportError), conversation.to("rita@example.org") as handover:
                handover.hand(MAIL)
    assert (len(mailbox.mails), len(set(mailbox.peers))) == (taken, conversations)


def test_nothing_is_sent_before_it_is_handed_over(smtp: tuple[Mailbox, int]) -> None:
    mailbox, port = smtp
    with client(port).conversation() as conversation, conversation.to("rita@example.org"):
        pass
    assert mailbox.mails == []


# Script → (permanent, handed, number of mails that the server took).
CASES = {
    "sender later": ({"MAIL": ["451 later"]}, False, False, 0),
    "recipient later": ({"RCPT": ["450 greylisted"]}, False, False, 0),
    "no such recipient": ({"RCPT": ["550 unknown"]}, True, False, 0),
    "cut at MAIL": ({"MAIL": ["drop"]}, False, False, 0),
    "cut at RCPT": ({"RCPT": ["drop"]}, False, False, 0),
    "DATA later": ({"DATA": ["451 later"]}, False, False, 0),
    "DATA refused": ({"DATA": ["554 no"]}, True, False, 0),
    "cut at DATA": ({"DATA": ["drop"]}, False, False, 0),
    "full": ({"END": ["452 disk full"]}, False, False, 0),
    "spam": ({"END": ["554 spam"]}, True, False, 0),
    "cut in DATA": ({"END": ["drop"]}, False, True, 0),
    "taken, then cut": ({"END": ["take and drop"]}, False, True, 1),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_failures(smtp: tuple[Mailbox, int], case: tuple[dict[str, list[str]], bool, bool, int]) -> None:
    mailbox, port = smtp
    mailbox.script, permanent, handed, taken = case
    with pytest.raises(TransportError) as caught:
        hand_over(port)
    assert (caught.value.permanent, caught.value.handed) == (permanent, handed)
    assert len(mailbox.mails) == taken


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(TransportError, match=f"127.0.0.1:{port}") as caught:
        hand_over(port)
    assert not caught.value.permanent
    assert not caught.value.handed


def test_a_server_that_never_answers() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(TransportError) as caught,
        client(silent.getsockname()[1], timeout=0.2).conversation() as conversation,
        conversation.to("rita@example.org"),
    ):
        pass
    assert not caught.value.handed


def test_an_address_with_non_ascii_characters_fails_permanently(smtp: tuple[Mailbox, int]) -> None:
    with (
        pytest.raises(TransportError) as caught,
        client(smtp[1]).conversation() as conversation,
        conversation.to("rité@example.org"),
    ):
        pass
    assert caught.value.permanent


def test_a_password_is_not_sent_in_clear(smtp: tuple[Mailbox, int]) -> None:
    server = Server.of(f"smtp://me:secret@127.0.0.1:{smtp[1]}")
    with (
        pytest.raises(TransportError, match="in clear"),
        SmtpClient(server, "desk@example.org", 5).conversation() as conversation,
        conversation.to("rita@example.org"),
    ):
        pass


def test_a_user_and_a_password_with_umlauts_are_sent_as_utf_8() -> None:
    class Connection(smtplib.SMTP):
        def docmd(self, cmd: str, args: str = "") -> tuple[int, bytes]:
            sent.append((cmd, b64decode(args.removeprefix("PLAIN ")).decode()))
            return (235, b"yes") if len(sent) == 1 else (535, b"no")

    sent: list[tuple[str, str]] = []
    sign_in(Connection(), "büro", "pässwort")
    assert sent == [("AUTH", "\0büro\0pässwort")]
    with pytest.raises(smtplib.SMTPAuthenticationError):
        sign_in(Connection(), "büro", "wröng")


def test_urls() -> None:
    assert Server.of("smtp://mail.example.org") == Server("mail.example.org", 25, False, None, None)
    assert Server.of("smtps://a%40b:p%2Fw@mail:1465") == Server("mail", 1465, True, "a@b", "p/w")
    assert Server.of("smtp://mail.straße.example").host == "mail.xn--strae-oqa.example"
    with pytest.raises(ValueError, match="TRACKLINE_SMTP_URL"):
        Server.of("mail.example.org:25")
