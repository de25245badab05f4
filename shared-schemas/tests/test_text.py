"""Texts in every form that keyboards and systems send: one normal form, one key for what looks the same, and nothing
that shows nothing."""

import string
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from trackline_schemas.articles import CreateArticle
from trackline_schemas.base import Command
from trackline_schemas.categories import CreateCategory
from trackline_schemas.filters import Condition, check_filter, matches
from trackline_schemas.filters.fields import MAX_VALUES
from trackline_schemas.imports import ImportedStep
from trackline_schemas.notifications import UpdateMailSettings
from trackline_schemas.records.kinds.reply_template import CreateReplyTemplate
from trackline_schemas.search import SearchQuery
from trackline_schemas.text.invisible import clean_line, clean_prose, shows_something
from trackline_schemas.text.keys import address_key, clean_address, mixes_alphabets, name_key, search_text, search_words
from trackline_schemas.ticket.commands import CreateTicket, NewComment, TicketChanges, UpdateTicket
from trackline_testing.amounts import amount

EXAMPLES = settings(max_examples=amount("EXAMPLES", short=60, long=2_000))
INVISIBLE = {
    "blank of no width": "\u200b",
    "joiner": "\u200d",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "Braille blank": "\u2800",
    "Hangul filler": "\u3164",
    "half-width Hangul filler": "\uffa0",
    "variation selector": "\ufe0f",
    "ideographic variation": "\U000e0101",
    "tags": "\U000e0041\U000e0042",
    "word joiner": "\u2060",
    "mark of direction": "\u200f",
    "override": "\u202e",
    "isolate": "\u2066\u2069",
    "invisible times": "\u2062",
    "grapheme joiner": "\u034f",
    "no-break space": "\u00a0",
    "ideographic space": "\u3000",
    "object": "\ufffc",
    "null notehead": "\U0001d159",
    "Khmer vowel": "\u17b4",
    "Mongolian vowel separator": "\u180e",
    "accents only": "\u0301\u0308",
    "several": "\u200b \u2800\u3164\ufe0f\u00a0",
}
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def decomposed(value: str) -> str:
    return unicodedata.normalize("NFD", value)


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (CreateTicket, {"title": "Tür", "description": "Die Tür", "tags": ["Büro"], "location": "Köln"}),
        (UpdateTicket, {"comment": {"text": "für"}, "changes": {"title": "Tür", "resolution": "geölt"}}),
        (CreateArticle, {"title": "Tür", "body": "Ölen. が 각", "tags": ["Büro"]}),
        (CreateCategory, {"name": "Gebäude"}),
        (CreateReplyTemplate, {"name": "Grüße", "text": "Viele Grüße"}),
        (SearchQuery, {"q": "Tür", "filter": {"field": "location", "op": "eq", "value": "Köln"}}),
    ],
)
def test_every_text_of_a_command_is_composed(model: type[Command], body: dict[str, Any]) -> None:
    apart = _decompose(body)
    assert apart != body
    read, same = model.model_validate(apart), model.model_validate(body)
    if model is SearchQuery:
        assert (read.q, same.q) == ("Tür", "Tür")  # type: ignore[attr-defined]
    else:
        assert read == same
        assert read.digest() == same.digest()


def _decompose(value: Any) -> Any:
    if isinstance(value, str):
        return decomposed(value)
    if isinstance(value, list):
        return [_decompose(one) for one in value]
    return {name: _decompose(one) for name, one in value.items()} if isinstance(value, dict) else value


def test_the_password_of_a_mail_server_stays_as_it_was_typed() -> None:
    url = decomposed("smtp://desk:geheimtür@mail.example")
    assert UpdateMailSettings(smtp_url=url).smtp_url == url


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("op", ["eq", "in"])
def test_a_filter_finds_both_forms(form: Any, stored: Any, op: Any) -> None:
    asked = unicodedata.normalize(form, "Büro")
    wanted = Condition(field="tags", op=op, value=[asked] if op == "in" else asked)
    checked = check_filter(wanted, {"tags": "keyword"})
    assert matches(checked, {"tags": [unicodedata.normalize(stored, "Büro")]})
    assert not matches(checked, {"tags": ["Buro"]})
    # The next process checks it again.
    assert check_filter(checked, {"tags": "keyword"}) == checked


def test_the_forms_of_a_text_count_as_one_value_of_a_filter() -> None:
    many = Condition(field="tags", op="in", value=[f"ü{number}" for number in range(MAX_VALUES)])
    checked = check_filter(many, {"tags": "keyword"})
    assert check_filter(checked, {"tags": "keyword"}) == checked


@pytest.mark.parametrize("name", INVISIBLE)
@pytest.mark.parametrize(
    ("model", "body", "place"),
    [
        (CreateTicket, {"title": "?", "description": "d"}, ("title",)),
        (CreateTicket, {"title": "t", "description": "?"}, ("description",)),
        (CreateTicket, {"title": "t", "description": "d", "tags": ["a", "?"]}, ("tags", 1)),
        (CreateTicket, {"title": "t", "description": "d", "location": "?"}, ("location",)),
        (NewComment, {"text": "?"}, ("text",)),
        (TicketChanges, {"resolution": "?"}, ("resolution",)),
        (CreateArticle, {"title": "?", "body": "b"}, ("title",)),
        (CreateArticle, {"title": "t", "body": "?"}, ("body",)),
        (CreateCategory, {"name": "?"}, ("name",)),
        (CreateReplyTemplate, {"name": "?", "text": "t"}, ("name",)),
        (CreateReplyTemplate, {"name": "n", "text": "?"}, ("text",)),
    ],
)
def test_what_shows_nothing_is_refused(
    model: type[Command], body: dict[str, Any], place: tuple[Any, ...], name: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(_put(body, INVISIBLE[name]))
    (problem,) = refused.value.errors()
    # Blanks at the ends go before anything is checked.
    assert problem["type"] in ("text_shows_nothing", "string_too_short", "string_pattern_mismatch")
    assert problem["loc"] == place


def _put(value: Any, text: str) -> Any:
    if isinstance(value, list):
        return [_put(one, text) for one in value]
    return (
        {name: _put(one, text) for name, one in value.items()} if isinstance(value, dict) else value.replace("?", text)
    )


@pytest.mark.parametrize("body", ["&nbsp;", "&#8203;\n\n&ZeroWidthSpace;", "&#x3164;"])
def test_an_article_of_invisible_references_is_refused(body: str) -> None:
    with pytest.raises(ValidationError, match="shows nothing"):
        CreateArticle(title="t", body=body)


@pytest.mark.parametrize("body", ["&amp;", "a&nbsp;", "&unknown;", "&", "&#97;", "&#8203"])
def test_an_article_of_other_references_is_taken(body: str) -> None:
    assert CreateArticle(title="t", body=body).body == body


@pytest.mark.parametrize("text", ["a", "ü", "🫨", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "ー", "\U0010fffd", "-", "؀", "한", "⠓", "è"])
def test_what_shows_something_is_taken(text: str) -> None:
    assert shows_something(text)
    assert CreateCategory(name=text).name == clean_line(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧 Family",
        "🏳️‍🌈",
        "👩🏽‍💻 desk",
        "1️⃣ first",
        "❤️",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿 Scotland",
        "می‌خواهم",
        "क्‍ष and क्‌ष",
        "ශ්‍රී",
        "សួស្តី\u200bពិភពលោក",
        "שלום\u200f (IT)",
        "葛\U000e0100飾",
        "ᠮᠣᠩᠭᠣᠯ\u180b",
    ],
)
def test_a_character_that_means_something_stays(text: str) -> None:
    assert clean_line(text) == text
    assert CreateTicket(title=text, description=text).title == text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ad\u200bmin", "Admin"),
        ("Ad\u200dmin", "Admin"),
        ("Ad\u00admin\ufeff", "Admin"),
        ("Admin\ufe0f", "Admin"),
        ("Admin\U000e0100", "Admin"),
        ("\U000e0041Admin\U000e0042", "Admin"),
        ("Admin\u3164", "Admin"),
        ("ad\u200fmin", "admin"),
        ("\u202a+49 30 1234\u202c", "+49 30 1234"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("one\u2028two", "one two"),
        ("\u200b Anna \u200b", "Anna"),
        ("Ad\x1b[31mmin", "Ad[31mmin"),
        ("Ad\x07m\x00in\x7f", "Admin"),
        ("Jü\x1brg\x9b31m", "Jürg31m"),
        ("\x01 Anna", "Anna"),
        ("one\r\nBcc: two", "one Bcc: two"),
        ("one\rtwo\nthree\tfour\x0bfive\x0csix", "one two three four five six"),
    ],
)
def test_a_character_that_only_disguises_a_name_goes(given: str, kept: str) -> None:
    assert CreateCategory(name=given).name == kept


def test_a_text_may_not_reverse_what_follows() -> None:
    assert clean_prose("https://good.example/\u202emoc.live") == "https://good.example/moc.live"
    assert NewComment(text="a\u202db\u2066c\u2069").text == "ab\u2066c\u2069"


@pytest.mark.parametrize("text", ["a\x1b]0;evil\x07b", "a\x9bb\x1b", "a\0b", "ä\x08\x7f"])
def test_a_text_may_not_control_a_terminal(text: str) -> None:
    kept = "".join(char for char in text if char.isprintable())
    assert NewComment(text=text).text == CreateArticle(title=text, body=text).body == kept
    assert NewComment(text="a\tb\r\n\nc").text == "a\tb\r\n\nc"


@pytest.mark.parametrize(
    "names",
    [
        (
            "München",
            decomposed("München"),
            "MÜNCHEN",
            "Mün\u200bchen",
            " münchen ",
            "Ｍünchen",
            "Mu\u0308n\u2060chen\ufe0f",
        ),
        ("IT Support", "it  support", "IT\u00a0Support", "IT\u3000Support", "ＩＴ Support", "IT\u2800Support"),
        ("Straße", "STRASSE", "straẞe"),
        ("Ω", "ω", "\u2126"),
        ("ﬁle", "FILE"),
        ("한국", decomposed("한국")),
        ("カフェ", "ｶﾌｪ"),
    ],
)
def test_names_that_look_the_same_have_one_key(names: tuple[str, ...]) -> None:
    assert len({name_key(name) for name in names}) == 1


def test_other_names_have_other_keys() -> None:
    names = ["Munchen", "Muenchen", "München 2", "Mün chen", "München-Ost"]
    assert len({name_key(name) for name in (*names, "München")}) == 6


@pytest.mark.parametrize(
    "addresses",
    [
        (
            "jörg@example.org",
            decomposed("jörg@example.org"),
            "JÖRG@Example.ORG",
            "jö\u200brg@example.org.",
            " jörg@example.org",
        ),
        (
            "anna@müller.example",
            decomposed("anna@müller.example"),
            "anna@xn--mller-kva.example",
            "ANNA@XN--MLLER-KVA.example",
        ),
        ("anna@example.org", "anna＠example.org", "anna@example。org", "anna@exam\u00adple.org"),
    ],
)
def test_spellings_of_an_address_have_one_key(addresses: tuple[str, ...]) -> None:
    assert len({address_key(address) for address in addresses}) == 1


@pytest.mark.parametrize(
    "given", ["", "@", "anna", "a@b@c", "a@xn--", "a@xn--\x00", "a@xn--ü", "a@xn--admin-", "\ud800@x"]
)
def test_a_key_is_made_of_anything_that_somebody_types(given: str) -> None:
    assert address_key(given) is not None
    assert address_key("a@xn--admin-") != address_key("a@admin")


@pytest.mark.parametrize(
    ("q", "name", "found"),
    [
        ("muller", "Jörg Müller", True),
        ("mueller", "Jörg Müller", True),
        ("MÜLLER", "Jörg Müller", True),
        (decomposed("müller"), "Jörg Müller", True),
        ("müller", decomposed("Jörg Müller"), True),
        ("müller jörg", "Jörg Müller", True),
        ("Müller", "Anna Mueller", True),
        ("mül\u200bler", "Jörg Müller", True),
        ("strasse", "Max Straße", True),
        ("Aasa", "Åsa Ærø", True),
        ("soren", "Søren Kjær", True),
        ("lukasz", "Łukasz", True),
        ("istanbul", "İstanbul", True),
        ("o'brien", "Pat O’Brien", True),
        ("d´angelo", "Ada D'Angelo", True),
        ("d'angelo", "Ada D´Angelo", True),
        ("d`angelo", "Ada D´Angelo", True),
        ("o\u1fefbrien", "Pat O\u2032Brien", True),
        ("o\uff07brien", "Pat O\u02cbBrien", True),
        ("o\u0384neill", "Jörg O\u201bNeill", True),
        ("müller´s", "Jörg Müller’s", True),
        ("jean-luc", "Jean\u2010Luc", True),
        ("αθηνα", "Αθήνα", True),
        ("يوسف", "یوسف", True),
        ("meier", "Jörg Müller", False),
        ("müller anna", "Jörg Müller", False),
    ],
)
def test_people_are_found_however_somebody_types_them(q: str, name: str, found: bool) -> None:
    text = search_text(name)
    assert all(any(spelling in text for spelling in word) for word in search_words(q)) is found


@pytest.mark.parametrize("q", ["", "  ", "\u200b", "\u2800\u00a0"])
def test_a_query_that_shows_nothing_has_no_words(q: str) -> None:
    assert search_words(q) == []
    assert not SearchQuery(q=q).q.strip("\u2800")


def test_alphabets_that_look_alike_are_told_apart() -> None:
    assert all(map(mixes_alphabets, ["аdmin", "exаmple", "αdmin", "ԁе\u0061"]))
    assert not any(map(mixes_alphabets, ["admin", "админ", "müller", "例え", "admin例", "αβγ", "12-ü", "user_1"]))


def test_a_step_of_a_history_knows_its_digest_of_both_forms() -> None:
    body = {"time": "2026-01-01T00:00:00Z", "changes": {"title": "Tür"}, "comment": {"text": "geölt"}}
    step = ImportedStep.model_validate(_decompose(body))
    assert step.digest() == ImportedStep.model_validate(body).digest() != step.digest_of_decomposed()


@given(texts)
@EXAMPLES
def test_what_is_cleaned_stays_as_it_is(text: str) -> None:
    for clean in (clean_line, clean_prose, clean_address):
        assert clean(clean(text)) == clean(text)
    assert shows_something(clean_line(text)) == shows_something(text)


@given(texts, st.sampled_from([*INVISIBLE.values()]), st.integers(0, 30))
@EXAMPLES
def test_no_invisible_character_makes_another_key(text: str, hidden: str, place: int) -> None:
    visible = "".join(
        char for char in hidden if not char.isspace() and char not in "\u2800\ufffc\u0301\u0308\U0001d159"
    )
    disguised = text[:place] + visible + text[place:]
    assert name_key(disguised) == name_key(text)
    assert address_key(disguised) == address_key(text)


@given(texts)
@EXAMPLES
def test_a_key_depends_on_no_normal_form_and_no_case(text: str) -> None:
    key = name_key(text)
    assert name_key(key) == key
    assert {name_key(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")} == {key}


@given(st.text(string.ascii_letters + "äöüÄÖÜßéèñøåæ", min_size=1, max_size=12))
@EXAMPLES
def test_everybody_is_found_by_their_name_without_marks(name: str) -> None:
    for typed in (name, name.upper(), name.lower(), decomposed(name)):
        assert all(any(spelling in search_text(name) for spelling in word) for word in search_words(typed))
