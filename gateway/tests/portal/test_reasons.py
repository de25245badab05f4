"""A page explains every error in the reader's language."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from gateway.portal.kit import i18n
from gateway.portal.kit.forms import field_errors
from gateway.portal.kit.reasons import NAMES, OUR_FAULT, TITLES, explain, sentence
from gateway.portal.kit.words import REASONS, THINGS
from trackline_schemas.errors import CATALOGUE, CODES, Reason, ServiceError, entry, reasons, refuse, refuse_entries
from trackline_schemas.errors.parameters import KINDS, Kind
from trackline_schemas.notifications import Reason as InboxReason
from trackline_schemas.records.registry import KINDS as RECORDS
from trackline_schemas.ticket.commands import TicketChanges

TOLD = [reason for reason in CATALOGUE.values() if not any(KINDS[param] == "technical" for param in reason.params)]


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    i18n.use("de")
    yield
    i18n.use("en")


def filled(reason: Reason) -> dict[str, Any]:
    """Returns parameters for the reason. Ids are digits, which need no translation."""
    words: dict[Kind, Any] = {"quantity": 12_000, "state": ["new"], "field": ["title", "email"]}
    named = {"channel": "phone", "thing": "ticket", "service": "tickets"}
    return {param: words.get(KINDS[param], named.get(KINDS[param], "77")) for param in reason.params}


@pytest.mark.parametrize("reason", TOLD, ids=lambda reason: reason.name)
def test_every_sentence_is_told_in_german(reason: Reason) -> None:
    said = sentence(reason.name, filled(reason), "English.")
    english = reason.render(filled(reason))
    # A number is written in the German way in a sentence that stayed English, too.
    assert said not in ("", "English.", english, re.sub(r"12[,_]?000", "12.000", english))
    assert "{" not in said
    for param in reason.params:
        assert ("12.000" if KINDS[param] == "quantity" else "") in said


@pytest.mark.parametrize("reason", TOLD, ids=lambda reason: reason.name)
def test_no_word_of_a_sentence_is_left_english(reason: Reason) -> None:
    i18n.use(i18n.PSEUDO)
    assert re.findall(r"[A-Za-z]{2,}", sentence(reason.name, filled(reason), "English.")) == []


@pytest.mark.parametrize("reason", TOLD, ids=lambda reason: reason.name)
def test_a_translation_names_all_that_the_reader_needs(reason: Reason) -> None:
    translated = set(re.findall(r"\{(\w+)\}", i18n.gettext(reason.template)))
    # A sentence may stand beside a field that says what it is about, and nobody reads the id of a category.
    assert reason.params - translated <= {"thing", "header", "category"}
    assert translated <= reason.params


def test_the_words_of_each_kind_are_translated() -> None:
    for kind, names in NAMES.items():
        for name, english in names.items():
            assert i18n.gettext(english), (kind, name)
    i18n.use(i18n.PSEUDO)
    assert not re.search("[a-z]", explain(refuse(reasons.records.NOT_FOUND, thing="user", key="7")))


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_words_for_a_reason_of_another_version(code: str) -> None:
    said = explain(ServiceError(code, "Nobody has translated this.", {}, "of_tomorrow", {"a": 1}))
    assert said != i18n.gettext(OUR_FAULT) or code in ("internal", "unauthenticated", "method_not_allowed")
    assert said not in (*TITLES.values(), OUR_FAULT)


def test_english_of_a_library_is_told_by_its_title() -> None:
    error = refuse(reasons.requests.VALUES_NOT_VALID, problems="title: Field required")
    assert explain(error) == "Eine Ihrer Angaben ist ungültig"
    i18n.use("en")
    assert explain(error) == "Some values are not valid: title: Field required"


def test_what_the_sentence_names_is_named_in_the_readers_words() -> None:
    closed = refuse(
        reasons.tickets.TRANSITION_NOT_POSSIBLE, state="closed", wanted="on_hold", states=["new", "resolved"]
    )
    german = "Ein Ticket mit dem Status „Geschlossen“ kann nicht „Angehalten“ werden, nur: Neu, Gelöst."
    assert explain(closed) == german
    i18n.use("en")
    assert explain(closed) == "A ticket that is Closed cannot become On hold, only New, Resolved."
    assert explain(ServiceError("conflict", "Something new.", {}, "something_new", {})) == "Something new."


def test_beside_a_field() -> None:
    refusal = refuse(reasons.tickets.RESOLUTION_MISSING, pointer="/changes/resolution", field="resolution")
    assert field_errors(refusal)["resolution"].startswith("Ein gelöstes Ticket braucht noch „Lösung“")
    several = refuse_entries(
        [
            entry(reasons.people.NO_ACTIVE_TEAM, pointer="/team_id"),
            {"pointer": "/title", "detail": "Input should be a valid string"},
        ]
    )
    assert field_errors(several) == {
        "team_id": "Es gibt kein aktives Team mit dieser Kennung.",
        "title": "Das ist nicht gültig.",
    }
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (pydantic's own)
        TicketChanges.model_validate({"title": "", "resolution": "ä" * 3000, "impact": "many"})
    assert field_errors(caught.value) == {  # type: ignore[arg-type]
        "title": "Bitte ausfüllen.",
        "resolution": "Die Lösung ist zu lang: Sie darf 4.000 Bytes in UTF-8 haben."
        " Schreiben Sie den Rest in einen Kommentar.",
        "impact": "Das ist nicht gültig.",
    }


def test_everything_that_may_be_missing_has_a_label() -> None:
    root = Path(__file__).parents[3]
    folders = ("gateway/gateway", "services", "shared-schemas")
    files = [file for folder in folders for file in (root / folder).rglob("*.py")]
    sources = [file.read_text() for file in files if "tests" not in file.parts]
    missing = {thing for source in sources for thing in re.findall(r'not_found\(\s*"([^"]+)"', source)}
    assert len(missing) > 10
    assert missing | set(RECORDS) <= set(THINGS)


def test_the_inbox_has_words_for_every_reason() -> None:
    assert set(REASONS) == set(get_args(InboxReason))
