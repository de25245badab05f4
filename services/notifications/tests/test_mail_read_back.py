"""Whatever people write arrives: events become mails that the sender hands to a real SMTP server, and a parser that has
nothing in common with Python's email package reads them."""

import html
from dataclasses import dataclass
from random import Random
from threading import Event as Stop

import pytest
from fast_mail_parser import parse_email

from notifications.channels.mail.composer import MailComposer
from notifications.channels.mail.ports import Outlet
from notifications.channels.mail.smtp import Server, SmtpClient
from notifications.channels.mail.transport import MailTransport
from notifications.usecases.pace import Pace
from notifications.usecases.send import Sender, send_some
from trackline_schemas.events import Event, UserChanged
from trackline_testing.amounts import amount
from trackline_testing.mail_settings import SEAL

from .builders import PEOPLE, comment, ticket_event
from .smtp_server import Mailbox
from .world import World, office
from .writing import line, text

MAILS = amount("MAILS_READ_BACK", short=60, long=10_000)
# The stores of the tests look through all of their rows.
AT_ONCE = 50
SENDER = "Büro, Nord (IT) „Hilfe“"
DOMAINS = ["example.org", "müller.example", "例え.example", "straße.example"]
ASCII_DOMAINS = ["example.org", "xn--mller-kva.example", "xn--r8jz45g.example", "xn--strae-oqa.example"]


@dataclass(frozen=True)
class Written:
    number: str
    title: str
    name: str
    text: str
    domain: int

    @classmethod
    def of(cls, random: Random, place: int) -> "Written":
        return cls(f"INC-{place}", line(random), line(random), text(random), random.randrange(len(DOMAINS)))


@pytest.mark.timeout(1800)
def test_every_title_name_and_text_is_read_as_it_was_written(smtp: tuple[Mailbox, int]) -> None:
    mailbox, port = smtp
    random = Random(11)
    for first in range(0, MAILS, AT_ONCE):
        written = {f"t{place}": Written.of(random, place) for place in range(first, min(first + AT_ONCE, MAILS))}
        mailbox.contents.clear()
        mailbox.recipients.clear()
        send(written, port)
        assert len(mailbox.contents) == len(written)
        for one, content, recipient in zip(written.values(), mailbox.contents, mailbox.recipients, strict=True):
            check(one, content, recipient)


@pytest.mark.parametrize("address", ["a..b@example.org", "jörg@example.org", "nobody", "a@my_firm.example"])
def test_what_cannot_be_sent_is_over_and_says_why(smtp: tuple[Mailbox, int], address: str) -> None:
    mailbox, port = smtp
    world = office()
    world.people.apply(PEOPLE["rita"].model_copy(update={"emails": [address]}), 2)
    world.consume([ticket_event("anna", said=comment("anna", "Hello"))])
    send_all(world, port)
    [row] = world.deliveries.rows.values()
    assert (row.state, row.attempts, mailbox.contents) == ("failed", 1, [])
    assert row.error is not None
    assert row.error.startswith(f"Mail servers do not take {address!r}. ")


def send(written: dict[str, Written], port: int) -> None:
    world = office()
    for ticket_id, one in written.items():
        address = f"{ticket_id}@{DOMAINS[one.domain]}"
        world.people.apply(UserChanged(id=ticket_id, name=one.name, emails=[address]), 1)
        world.consume([reply(ticket_id, one)])
    send_all(world, port)


def send_all(world: World, port: int) -> None:
    composer = MailComposer(f"{SENDER} <desk@münchen.example>", "http://127.0.0.1:8000", "Trackline", SEAL)
    client = SmtpClient(Server("127.0.0.1", port, tls=False, user=None, password=None), composer.from_address, 5)
    transport = MailTransport(lambda: Outlet(composer, client))
    sender = Sender(world.ports, "mail", transport, Pace(idle=0.01))
    while send_some(sender, Stop()):
        pass


def reply(ticket_id: str, one: Written) -> Event:
    ticket = {"id": ticket_id, "number": one.number, "title": one.title, "requester_id": ticket_id}
    return ticket_event("anna", said=comment("anna", one.text), ticket=ticket)


def check(one: Written, content: bytes, recipient: str) -> None:
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    mail = parse_email(content)
    address = f"t{one.number.removeprefix('INC-')}@{ASCII_DOMAINS[one.domain]}"
    assert (recipient, mail.subject) == (address, f"[{one.number}] {one.title}")
    assert [(to.display_name, to.address) for to in mail.to] == [(one.name, address)]
    assert mail.from_ is not None
    assert (mail.from_.display_name, mail.from_.address) == (SENDER, "desk@xn--mnchen-3ya.example")
    assert f"Anna Agent replied:\n\n{one.text}\n" in body(mail.text_plain)
    assert f">{one.text}</blockquote>" in html.unescape(body(mail.text_html))


def body(parts: list[str]) -> str:
    [found] = parts
    return found.replace("\r\n", "\n")
