"""A mail as the recipient sees it: in their language, plain text first, a simple HTML form beside it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifications.adapters.words import Gettext, catalogues, file_size, letter_words, news_sentence
from notifications.domain.delivery import Delivery
from notifications.domain.thread import letter_id, message_id, one_line, root_id
from notifications.usecases.ports import Mail, TransportError

# Non-ASCII text is encoded, so that servers without 8BITMIME take it too.
POLICY = SMTP.clone(cte_type="7bit")


class MailComposer:
    """`mail_from` is `Name <address>`, the name being that of the `site` where there is none; `public_url` is where
    people reach the portal."""

    def __init__(self, mail_from: str, public_url: str, site: str) -> None:
        name, address = parseaddr(mail_from)
        self.from_address = address
        self._from = _address(name or site, address)
        self._site = one_line(site)
        self._public_url = public_url.rstrip("/")
        self._host = self._from.domain
        self._gettext = catalogues()
        self._templates = Environment(
            loader=PackageLoader("notifications"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def compose(self, mail: Mail) -> EmailMessage:
        language = mail.language if mail.language in self._gettext else "en"
        if mail.rows[0].letter:
            return self._letter(mail, self._gettext[language], language)
        headers = {"Subject": mail.rows[-1].subject, **self._threading(mail.rows[0])}
        return self._written(mail, language, "mail", headers, self._facts(mail, self._gettext[language], language))

    def _letter(self, mail: Mail, gettext: Gettext, language: str) -> EmailMessage:
        row = mail.rows[0]
        words = letter_words(row.news[0], gettext)
        subject = words.subject.format(site=self._site)
        actor = one_line(mail.names.get(row.actor_id) or gettext("Trackline"))
        facts = {
            "_": gettext,
            "language": language,
            "site": self._site,
            "subject": subject,
            "sentences": [
                sentence.format(actor=actor, name=one_line(mail.to_name), site=self._site)
                for sentence in words.sentences
            ],
            "link": row.link,
            "label": words.label,
            "url": self._public_url,
        }
        headers = {"Subject": subject, "Message-ID": letter_id(row.id, self._host)}
        return self._written(mail, language, "letter", headers, facts)

    def _written(
        self, mail: Mail, language: str, template: str, headers: Mapping[str, Any], facts: Mapping[str, Any]
    ) -> EmailMessage:
        message = EmailMessage(POLICY)
        for name, value in {**self._envelope(mail, language), **headers}.items():
            message[name] = value
        message.set_content(self._templates.get_template(f"{template}.txt").render(facts))
        message.add_alternative(self._templates.get_template(f"{template}.html").render(facts), subtype="html")
        return message

    def _envelope(self, mail: Mail, language: str) -> Mapping[str, Any]:
        return {
            "From": self._from,
            "To": _address(mail.to_name, mail.to_address),
            "Date": format_datetime(datetime.now(UTC)),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": language,
        }

    def _threading(self, first: Delivery) -> Mapping[str, Any]:
        root = root_id(first.ticket_id, self._host)
        return {
            "Message-ID": message_id(first.ticket_id, first.sequence, first.recipient_id, self._host),
            "In-Reply-To": root,
            "References": root,
            "List-Id": f"Trackline <tickets.{self._host}>",
        }

    def _facts(self, mail: Mail, gettext: Gettext, language: str) -> dict[str, Any]:
        last = mail.rows[-1]
        return {
            "_": gettext,
            "language": language,
            "site": self._site,
            "number": last.number,
            "title": one_line(last.title),
            "url": f"{self._public_url}/t/{last.number}",
            "parts": [_part(row, mail.names, gettext, language) for row in mail.rows],
        }


def _part(row: Delivery, names: Mapping[str, str], gettext: Gettext, language: str) -> Mapping[str, Any]:
    actor = one_line(names.get(row.actor_id) or gettext("Trackline"))
    sentences = [news_sentence(news, gettext).format(number=row.number, actor=actor) for news in row.news]
    files = [f"{one_line(file.name)} ({file_size(file.size, language)})" for file in row.files]
    return {"sentences": sentences, "text": row.text, "files": files, "resolution": row.resolution}


def _address(name: str, address: str) -> Address:
    try:
        return Address(one_line(name), addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise TransportError(f"{address!r} is not a mail address: {error}", permanent=True) from error
