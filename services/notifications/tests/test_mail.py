"""Sent mails: their threading, their language, and that a title cannot inject anything."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Any, get_args

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import notifications
from notifications.channels.mail.composer import MailComposer
from notifications.channels.mail.transport import MailSession
from notifications.channels.mail.words import LANGUAGES, catalogues, news_sentence
from notifications.domain.audience import File, News
from notifications.domain.delivery import Delivery
from notifications.domain.text import one_line
from notifications.metrics import UNTHREADED
from notifications.usecases.channel import TransportError
from trackline_testing.mail_settings import SEAL

from .builders import bundle, mail_row, read

COMPOSER = MailComposer("Trackline <desk@help.example.org>", "https://help.example.org/", "Trackline", SEAL)
SOURCE = Path(notifications.__file__).parent
ROOT = "<ticket.t1@help.example.org>"


def composed(
    *rows: Delivery, language: str = "en", name: str = "Rita", address: str = "rita@example.org"
) -> EmailMessage:
    mail = bundle(*rows, name=name, address=address, language=language, names={"anna": "Anna Agent"})
    return read(COMPOSER.compose(mail))


def text(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def test_every_mail_threads_in_whatever_order_it_arrives() -> None:
    first, second = composed(mail_row(sequence=1)), composed(mail_row(sequence=7))
    other = composed(mail_row(sequence=1, recipient_id="anna"))
    assert first["Message-ID"].startswith("<t1.1.")
    assert first["Message-ID"].endswith("@help.example.org>")
    assert len({first["Message-ID"], second["Message-ID"], other["Message-ID"], ROOT}) == 4
    for mail in (first, second, other):
        assert mail["In-Reply-To"] == mail["References"] == ROOT
    assert composed(mail_row(sequence=1))["Message-ID"] == first["Message-ID"]


@dataclass
class Letterbox:
    """Takes the place of a conversation with the mail server."""

    taken: list[str] = field(default_factory=list)

    @contextmanager
    def to(self, address: str) -> Iterator[Any]:
        self.taken.append(address)
        yield self


@pytest.mark.parametrize(
    ("broken", "counted"),
    [({}, 0), ({"In-Reply-To": ""}, 1), ({"References": ""}, 1), ({"References": None}, 1)],
)
def test_a_mail_without_a_parent_is_counted(
    monkeypatch: pytest.MonkeyPatch, broken: dict[str, str | None], counted: int
) -> None:
    monkeypatch.setattr(MailComposer, "_threading", _broken(MailComposer._threading, broken))
    before = UNTHREADED._value.get()
    session: Any = MailSession(COMPOSER, Letterbox())
    with session.prepare(bundle(mail_row())):
        pass
    assert UNTHREADED._value.get() - before == counted


def _broken(threading: Callable[..., Mapping[str, str]], broken: Mapping[str, str | None]) -> Callable[..., Any]:
    def told(*given: Any) -> dict[str, str]:
        headers = {**threading(*given), **broken}
        return {name: value for name, value in headers.items() if value is not None}

    return told


def test_headers_prevent_automatic_replies() -> None:
    mail = composed()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["List-Id"] == "Trackline <tickets.help.example.org>"
    assert mail["Reply-To"] is None


def test_sender_and_recipient() -> None:
    mail = composed(name="Müller, Rita")
    assert mail["From"] == "Trackline <desk@help.example.org>"
    assert mail["To"].addresses[0].display_name == "Müller, Rita"
    assert mail["To"].addresses[0].addr_spec == "rita@example.org"
    assert mail["Subject"] == "[INC-1042] VPN is down"
    assert mail["Date"].datetime.tzinfo is not None


@pytest.mark.parametrize(
    ("mail_from", "sender"),
    [("Help <desk@example.org>", "Help"), ("desk@example.org", "Harbour & Söhne, IT")],
)
def test_an_address_without_a_name_gets_the_name_of_the_organisation(mail_from: str, sender: str) -> None:
    composer = MailComposer(mail_from, "https://help.example.org/", "Harbour & Söhne, IT", SEAL)
    mail = read(composer.compose(bundle(language="de")))
    assert mail["From"].addresses[0].display_name == sender
    assert mail["From"].addresses[0].addr_spec == "desk@example.org"
    assert "Harbour & Söhne, IT · Bitte antworten Sie im Portal" in text(mail)
    assert "<bdi>Harbour &amp; Söhne, IT</bdi> ·" in text(mail, "html")


def test_text_comes_first_and_html_shows_the_same_escaped() -> None:
    mail = composed(mail_row(text="Try <b>this</b> & that {actor}"))
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "Anna Agent replied:\n\nTry <b>this</b> & that {actor}" in text(mail)
    assert "Try &lt;b&gt;this&lt;/b&gt; &amp; that {actor}" in text(mail, "html")
    for kind in ("plain", "html"):
        assert "https://help.example.org/t/INC-1042" in text(mail, kind)


def test_files_are_named_with_their_size_and_stay_in_the_portal() -> None:
    row = mail_row(files=(File("trace <1>.log", 1_234_567), File("a.png\r\nBcc: x", 40)))
    mail = composed(row)
    assert "Attached, to be opened in the portal:\n- trace <1>.log (1.2 MB)\n- a.png Bcc: x (0.1 kB)\n" in text(mail)
    assert 'href="https://help.example.org/t/INC-1042">trace &lt;1&gt;.log (1.2 MB)</a></li>' in text(mail, "html")
    assert not list(mail.iter_attachments())
    assert "Angehängt, im Portal zu öffnen:\n- trace <1>.log (1,2 MB)" in text(composed(row, language="de"))
    assert "Attached" not in text(composed())


def test_reply_and_resolve_is_one_mail() -> None:
    mail = composed(mail_row(text="Done.", resolution="Rebooted the gateway", news=("replied", "resolved")))
    assert "Done." in text(mail)
    assert "INC-1042 is resolved" in text(mail)
    assert "Rebooted the gateway" in text(mail)


def test_a_mail_lists_its_changes_in_order() -> None:
    change = {"text": None, "alone": False}
    mail = composed(
        mail_row(sequence=1, news=("assigned",), **change), mail_row(sequence=2, news=("closed",), **change)
    )
    assert text(mail).index("Anna Agent assigned INC-1042") < text(mail).index("INC-1042 is closed")


def test_in_the_recipients_language() -> None:
    assert "Anna Agent hat geantwortet:" in text(composed(language="de"))
    assert "Anna Agent replied:" in text(composed(language="xx"))


@given(
    title=st.text(max_size=200).map(lambda noise: f"a{noise}\r\nBcc: spy@example.org\r\n\r\n{noise}"),
    name=st.text(max_size=50).map(lambda noise: f"{noise}\nBcc: spy@example.org"),
)
def test_titles_and_names_add_no_header(title: str, name: str) -> None:
    mail = composed(mail_row(title=title, subject=one_line(f"[INC-1] {title}")), name=name)
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("[INC-1] a")
    assert len(mail["To"].addresses) == 1
    assert mail["To"].addresses[0].addr_spec == "rita@example.org"
    assert mail.is_multipart()


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: spy@example.org", "a@b, c@d", "<a@b>"])
def test_an_invalid_address_fails_permanently(address: str) -> None:
    with pytest.raises(TransportError) as caught:
        composed(address=address)
    assert caught.value.permanent


@given(words=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=2000))
def test_any_text_arrives_unchanged(words: str) -> None:
    raw = COMPOSER.compose(bundle(mail_row(text=words))).content
    assert all(byte < 128 for byte in raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    shown = text(composed(mail_row(text=words)))
    assert "".join(words.split()) in "".join(shown.split())


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_words_of_people_have_their_own_direction(language: str) -> None:
    hebrew, arabic = "המדפסת לא עובדת!", "الطابعة لا تعمل (مرة أخرى)"
    files = (File("תמונה (1).png", 40),)
    row = mail_row(
        title=hebrew, text=arabic, resolution=hebrew, files=files, actor_id="dana", news=("replied", "resolved")
    )
    mail = bundle(row, language=language, names={"dana": "דנה כהן"})
    page = text(read(COMPOSER.compose(mail)), "html")
    assert "<bdi>דנה כהן</bdi>" in page
    assert page.count('<blockquote dir="auto"') == 2
    assert f'<span dir="auto">{hebrew}</span>' in page
    assert '<a dir="auto" href="https://help.example.org/t/INC-1042">תמונה (1).png' in page


@pytest.mark.parametrize("name", ["דנה <b>", "{actor}", "Rita & Söhne"])
def test_a_name_in_a_sentence_is_only_a_name(name: str) -> None:
    mail = bundle(mail_row(actor_id="dana"), names={"dana": name})
    shown = read(COMPOSER.compose(mail))
    assert f"{name} replied:" in text(shown)
    assert f"<p><bdi>{escape(name)}</bdi> replied:</p>" in text(shown, "html")


def test_every_string_is_translated() -> None:
    methods = [("**.py", "python"), ("**.txt", "jinja2"), ("**.html", "jinja2")]
    used = {message for _, _, message, _, _ in extract_from_dir(str(SOURCE), methods)} | {"Trackline"}
    assert len(used) > 10
    for language in LANGUAGES:
        with (SOURCE / "locale" / language / "LC_MESSAGES" / "notifications.po").open("rb") as file:
            catalogue = read_po(file, locale=language)
        assert {entry.id for entry in catalogue if entry.id} == used
        assert all(entry.string and not entry.fuzzy for entry in catalogue if entry.id)
        assert set(catalogues()) == {"en", *LANGUAGES}


@pytest.mark.parametrize("news", get_args(News))
def test_every_news_has_a_sentence_in_every_language(news: News) -> None:
    said = {language: news_sentence(news, gettext) for language, gettext in catalogues().items()}
    assert len(set(said.values())) == 1 + len(LANGUAGES)
