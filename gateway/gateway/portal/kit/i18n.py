"""The language and time zone of the page being rendered. Catalogues are compiled from their .po at start."""

import gettext as stdlib
import io
import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.units import format_unit
from markupsafe import Markup

from gateway.portal.kit.pseudo import PseudoTranslations
from trackline_schemas import wording

noop = wording.noop
LOCALES = Path(__file__).parents[1] / "locale"
PSEUDO = "en-XA"
MINUTE, HOUR, DAY = 60, 3600, 86400
MAX_HEADER = 1000
# One range of an Accept-Language header and its weight. Some programs write more digits than RFC 9110 allows, or
# spaces.
_RANGE = re.compile(
    r"\s*([a-z0-9]{1,8}(?:[-_][a-z0-9]{1,8})*|\*)\s*(?:;\s*q\s*=\s*(\d{0,3}\.?\d{0,9})\s*)?", re.IGNORECASE
)


@dataclass(frozen=True)
class Language:
    code: str
    locale: Locale
    translations: stdlib.NullTranslations


def _load_catalogue(code: str) -> Language:
    compiled = io.BytesIO()
    with (LOCALES / code / "LC_MESSAGES" / "messages.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=code))
    compiled.seek(0)
    return Language(code, Locale.parse(code), stdlib.GNUTranslations(compiled))


def _languages() -> dict[str, Language]:
    english = Language("en", Locale.parse("en"), stdlib.NullTranslations())
    # Greek dates contain no Latin letters, so that every Latin letter on a page in this language is untranslated.
    pseudo = Language(PSEUDO, Locale.parse("el"), PseudoTranslations())
    translated = [_load_catalogue(path.parent.parent.name) for path in LOCALES.glob("*/LC_MESSAGES/messages.po")]
    return {language.code: language for language in [english, pseudo, *translated]}


LANGUAGES = _languages()
_language: ContextVar[Language] = ContextVar("language", default=LANGUAGES["en"])
_zone: ContextVar[tzinfo] = ContextVar("zone", default=UTC)


def list_languages() -> list[tuple[str, str]]:
    """Returns (code, name in the language itself) of each language that people can choose."""
    return [(code, known.locale.language_name or code) for code, known in LANGUAGES.items() if code != PSEUDO]


def use(code: str, zone: str = "UTC") -> None:
    """Sets language and time zone for the rest of this request. Unknown ones become English and UTC."""
    _language.set(LANGUAGES.get(code, LANGUAGES["en"]))
    try:
        _zone.set(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        _zone.set(UTC)


def preferred_language(accept_language: str, house: str) -> str:
    """Returns the language that the header prefers (RFC 9110 §12.5.4, RFC 4647 §3.4). `house` is the language of the
    organisation, which is taken where the header leaves a choice."""
    weights = _weights(accept_language)
    allowed = {code.lower(): code for code, _ in list_languages() if weights.get(code.lower()) != 0}
    wanted = [tag for tag in sorted(weights, key=weights.__getitem__, reverse=True) if weights[tag] > 0]
    named = {tag: _look_up(tag, allowed) for tag in wanted}
    # `*` stands for the languages that no other range names.
    others = [code for code in (house, *allowed.values()) if code in allowed.values() and code not in named.values()]
    for tag in wanted:
        found = next(iter(others), None) if tag == "*" else named[tag]
        if found:
            return found
    return house if weights.get(house.lower()) != 0 else next(iter(allowed.values()), house)


def _look_up(tag: str, allowed: Mapping[str, str]) -> str | None:
    """Returns the language of a range: that of `de-AT` is `de`."""
    while tag and tag not in allowed:
        tag = tag.rpartition("-")[0]
    return allowed.get(tag)


def _weights(accept_language: str) -> dict[str, float]:
    """Returns range → weight. The first mention of a range counts."""
    weights: dict[str, float] = {}
    for part in accept_language[:MAX_HEADER].split(","):
        found = _RANGE.fullmatch(part)
        if found:
            weights.setdefault(found[1].lower().replace("_", "-"), _weight(found[2]))
    return weights


def _weight(text: str | None) -> float:
    try:
        return min(float(text), 1.0) if text is not None else 1.0
    except ValueError:
        return 0.0


def language() -> Language:
    return _language.get()


def zone() -> tzinfo:
    return _zone.get()


def zone_name() -> str:
    return str(_zone.get())


def gettext(message: str) -> str:
    return _language.get().translations.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    return _language.get().translations.ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """Translates a word that other languages say differently in different places."""
    return _language.get().translations.pgettext(context, message)


def enumerate_words(parts: Sequence[Markup]) -> Markup:
    """Returns “a, b and c”."""
    return Markup(format_list(list(map(str, parts)), locale=language().locale))  # noqa: S704 (the parts are safe)


def long_time(instant: datetime) -> str:
    return format_datetime(instant, "long", tzinfo=_zone.get(), locale=_language.get().locale)


def clock(instant: datetime) -> str:
    """Returns the day and the time with its seconds."""
    return format_datetime(instant, "medium", tzinfo=_zone.get(), locale=_language.get().locale)


def short_date(instant: datetime) -> str:
    return format_date(instant.astimezone(_zone.get()), "medium", locale=_language.get().locale)


def ago(instant: datetime, narrow: bool = False) -> str:
    elapsed = instant - datetime.now(UTC)
    locale = _language.get().locale
    if narrow:
        return format_timedelta(elapsed, format="narrow", locale=locale)
    return format_timedelta(elapsed, add_direction=True, format="long", locale=locale)


def file_size(size: int) -> str:
    """Formats a size with decimal units (1 kB = 1000 bytes), as operating systems and phones do."""
    unit, value = ("kilobyte", size / 1e3) if size < 1e6 else ("megabyte", size / 1e6)
    shown = max(value, 0.1) if size else 0
    return format_unit(shown, f"digital-{unit}", "short", format="#,##0.#", locale=_language.get().locale)


def duration(seconds: float | None) -> str:
    """Formats a duration in its largest unit, with the next smaller one below ten. Returns "" for None."""
    if seconds is None:
        return ""
    if seconds < MINUTE:
        return _unit(int(seconds), "second")
    if seconds < HOUR:
        return _unit(int(seconds // MINUTE), "minute")
    large, small, unit, smaller = (DAY, HOUR, "day", "hour") if seconds >= DAY else (HOUR, MINUTE, "hour", "minute")
    whole, rest = divmod(seconds, large)
    second = f" {_unit(int(rest // small), smaller)}" if whole < 10 and rest >= small else ""
    return _unit(int(whole), unit) + second


def _unit(number: int, unit: str) -> str:
    language = _language.get()
    # Narrow units are "2h" in English; German has none for hours, and Babel would say "2 duration-hour".
    length: Literal["narrow", "short"] = "narrow" if language.code == "en" else "short"
    return format_unit(number, f"duration-{unit}", length=length, locale=language.locale)


def since(instant: datetime) -> str:
    """Returns the shortest unambiguous form: today the time, in the last six days the weekday, else the date."""
    locale, here = _language.get().locale, instant.astimezone(_zone.get())
    days = (datetime.now(_zone.get()).date() - here.date()).days
    if days == 0:
        return format_time(here, "short", tzinfo=_zone.get(), locale=locale)
    if days < 7:
        return format_date(here, "EEEE", locale=locale)
    return format_date(here, "medium", locale=locale)
