"""The sentences of mails, with gettext. The catalogues are compiled when they are loaded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.units import format_unit

from notifications.channels.mail.payload import Purpose
from notifications.domain.audience import News

Gettext = Callable[[str], str]
LANGUAGES = ("de",)


def catalogues() -> Mapping[str, Gettext]:
    """Returns language → its gettext function. The texts in the code are English."""
    return {"en": NullTranslations().gettext} | {language: _load(language) for language in LANGUAGES}


def news_sentence(news: News, _: Gettext) -> str:
    """Returns a sentence with {number} and {actor} to be filled in."""
    return {
        "received": _("We have received your request {number}."),
        "replied": _("{actor} replied:"),
        "noted": _("{actor} wrote an internal note:"),
        "assigned": _("{actor} assigned {number} to you."),
        "requester_replied": _("{actor} replied:"),
        "new_unassigned": _("{number} is new and not assigned to anybody yet."),
        "pending": _("We need your answer before we can continue with {number}."),
        "resolved": _("{number} is resolved. If it still does not work, tell us, and we will look at it again."),
        "closed": _("{number} is closed."),
        "cancelled": _("{number} was cancelled."),
        "added": _("{actor} added you to {number}. You can read it and reply."),
    }[news]


@dataclass(frozen=True)
class LetterWords:
    """`subject` may contain {site}, and `sentences` may contain {actor}, {name} and {site}. `label` is the text of the
    link."""

    subject: str
    sentences: Sequence[str]
    label: str = ""


def letter_words(purpose: Purpose, _: Gettext) -> LetterWords:
    if purpose == "invited":
        return LetterWords(
            _("{site}: your account"),
            [
                _("Hello {name},"),
                _("{actor} has created an account for you. With it you can ask IT for help and follow your requests."),
                _("Choose a password to sign in. The link works once, within seven days."),
            ],
            _("Choose a password"),
        )
    if purpose == "password_link":
        return LetterWords(
            _("{site}: a new password"),
            [
                _("Hello {name},"),
                _("Somebody, hopefully you, has asked for a new password. The link works once, within one hour."),
                _("If it was not you, do nothing: your password stays as it is."),
            ],
            _("Choose a new password"),
        )
    if purpose == "password_changed":
        return LetterWords(
            _("{site}: your password was changed"),
            [
                _("Hello {name},"),
                _("A new password was chosen for your account. Changed by: {actor}."),
                _("If you did not expect this, choose another password now, and tell your IT department."),
            ],
            _("Choose a new password"),
        )
    if purpose == "address_changed":
        return LetterWords(
            _("{site}: your email addresses were changed"),
            [
                _("Hello {name},"),
                _("The email addresses of your account were changed. Changed by: {actor}."),
                _("If you did not expect this, tell your IT department at once."),
            ],
            _("Show your profile"),
        )
    return LetterWords(
        _("{site}: test email"),
        [_("Hello {name},"), _("Email from {site} arrives. {actor} sent this one to try it out.")],
    )


def file_size(size: int, language: str) -> str:
    """Uses decimal units, as operating systems and phones do."""
    unit, value = ("kilobyte", size / 1e3) if size < 1e6 else ("megabyte", size / 1e6)
    return format_unit(max(value, 0.1), f"digital-{unit}", "short", format="#,##0.#", locale=language)


def _load(language: str) -> Gettext:
    source = files("notifications") / "locale" / language / "LC_MESSAGES" / "notifications.po"
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled).gettext
