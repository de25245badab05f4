"""Composes mails in the recipient's language, as plain text and as simple HTML."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifications.channels.mail.body import alternatives
from notifications.channels.mail.headers import mailbox_header, text_header
from notifications.channels.mail.payload import Letter, TicketNotice, address_of, parse
from notifications.channels.mail.ports import Mail
from notifications.channels.mail.thread import letter_id, message_id, root_id
from notifications.channels.mail.words import Gettext, catalogues, file_size, letter_words, news_sentence
from notifications.domain.delivery import Delivery
from notifications.domain.text import one_line
from notifications.usecases.channel import Bundle, TransportError
from trackline_chassis.sealing import Seal
from trackline_schemas.addresses import split_sender, to_ascii
from trackline_schemas.errors import ServiceError

_SENDER = re.compile(r"[^\s@<>,;:\"]+@[\w.-]+", re.ASCII)


class MailComposer:
    """`mail_from` is `Name <address>`. Without a name, the sender's name is `site`. `public_url` is the address of the
    portal. `seal` decrypts the links of letters."""

    def __init__(self, mail_from: str, public_url: str, site: str, seal: Seal) -> None:
        name, address = split_sender(mail_from)
        self.from_address = _sender_to_ascii(address)
        self._site = one_line(site)
        self._from = mailbox_header("From", one_line(name) or self._site, self.from_address)
        self._public_url = public_url.rstrip("/")
        self._seal = seal
        self._host = self.from_address.rpartition("@")[2]
        self._gettext = catalogues()
        self._templates = Environment(
            loader=PackageLoader("notifications.channels.mail"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def compose(self, bundle: Bundle) -> Mail:
        language = bundle.recipient.language if bundle.recipient.language in self._gettext else "en"
        gettext = self._gettext[language]
        contents = [(row, parse(row.payload)) for row in bundle.rows]
        row, first = contents[0]
        if isinstance(first, Letter):
            return self._letter(bundle, row, first, gettext, language)
        notices = [(row, content) for row, content in contents if isinstance(content, TicketNotice)]
        headers = {"Subject": notices[-1][0].subject, **self._threading(row)}
        facts = self._facts(notices, bundle.names, gettext, language)
        return self._build_mail(bundle, language, "mail", headers, facts)

    def _letter(self, bundle: Bundle, row: Delivery, letter: Letter, gettext: Gettext, language: str) -> Mail:
        words = letter_words(letter.purpose, gettext)
        subject = words.subject.format(site=self._site)
        actor = one_line(bundle.names.get(row.actor_id) or gettext("Trackline"))
        facts = {
            "_": gettext,
            "language": language,
            "site": self._site,
            "subject": subject,
            "sentences": words.sentences,
            "actor": actor,
            "name": one_line(bundle.recipient.name),
            "link": self._open_link(row),
            "label": words.label,
            "url": self._public_url,
        }
        headers = {"Subject": subject, "Message-ID": letter_id(row.id, self._host)}
        return self._build_mail(bundle, language, "letter", headers, facts)

    def _open_link(self, row: Delivery) -> str | None:
        if row.secret is None:
            return None
        try:
            return self._seal.open(row.id, row.secret)
        except ServiceError as error:
            raise TransportError(error.message) from error

    def _build_mail(
        self, bundle: Bundle, language: str, template: str, headers: Mapping[str, str], facts: Mapping[str, Any]
    ) -> Mail:
        text, html = (self._templates.get_template(f"{template}.{form}").render(facts) for form in ("txt", "html"))
        to = _to_ascii(address_of(bundle.rows[0].payload, bundle.recipient.emails) or "")
        written = {**_unattended(language), **headers}
        lines = [
            self._from,
            mailbox_header("To", one_line(bundle.recipient.name), to),
            *(text_header(name, value) for name, value in written.items()),
        ]
        content = "".join(f"{line}\r\n" for line in lines).encode("ascii") + alternatives(text, html)
        return Mail(to, written, content)

    def _threading(self, first: Delivery) -> Mapping[str, str]:
        ticket_id = first.ticket_id or ""
        root = root_id(ticket_id, self._host)
        return {
            "Message-ID": message_id(ticket_id, first.sequence, first.recipient_id, self._host),
            "In-Reply-To": root,
            "References": root,
            "List-Id": f"Trackline <tickets.{self._host}>",
        }

    def _facts(
        self, notices: list[tuple[Delivery, TicketNotice]], names: Mapping[str, str], gettext: Gettext, language: str
    ) -> dict[str, Any]:
        last, notice = notices[-1]
        return {
            "_": gettext,
            "language": language,
            "site": self._site,
            "number": last.number,
            "title": one_line(notice.title),
            "url": f"{self._public_url}/t/{last.number}",
            "parts": [_part(row, notice, names, gettext, language) for row, notice in notices],
        }


def _part(
    row: Delivery, notice: TicketNotice, names: Mapping[str, str], gettext: Gettext, language: str
) -> Mapping[str, Any]:
    actor = one_line(names.get(row.actor_id) or gettext("Trackline"))
    sentences = [news_sentence(news, gettext) for news in notice.news]
    files = [f"{one_line(file.name)} ({file_size(file.size, language)})" for file in notice.files]
    return {
        "sentences": sentences,
        "actor": actor,
        "text": notice.text,
        "files": files,
        "resolution": notice.resolution,
    }


def _unattended(language: str) -> Mapping[str, str]:
    return {
        "Date": format_datetime(datetime.now(UTC)),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": language,
    }


def _to_ascii(address: str) -> str:
    try:
        return to_ascii(address)
    except ServiceError as error:
        raise TransportError(f"Mail servers do not take {address!r}. {error.message}", permanent=True) from error


def _sender_to_ascii(address: str) -> str:
    # A sender that an earlier release took, such as desk@my_firm.local, goes on sending.
    return address if _SENDER.fullmatch(address) else _to_ascii(address)
