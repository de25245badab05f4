"""Whatever a service refuses, a German page tells in German."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.portal.kit import i18n
from gateway.portal.kit.forms import mistakes
from gateway.portal.kit.refusals import OUR_FAULT, SENTENCES, TITLES, sentence, told
from trackline_schemas.errors import HTTP_STATUS, ServiceError, invalid
from trackline_schemas.ticket.commands import TicketChanges

ROOT = Path(__file__).parents[3]
# Code and message are at these places of the call; a refusal of one of our models has no code.
RAISED = {"ServiceError": (0, 1), "DomainError": (0, 1), "invalid": (None, 1), "forbidden": (None, 0),
          "ValueError": (None, 0), "RuleBroken": (None, 1)}  # fmt: skip
# Told by their title alone: nobody mends these in a form.
BY_TITLE = {"internal", "malformed", "invalid_cursor", "invalid_filter", "unauthenticated", "not_found", "unavailable",
            "outcome_unknown", "timeout", "throttled", "unsupported_media_type", "too_large"}  # fmt: skip
# No page leads there, or it has words of its own for it (files, mail settings).
ELSEWHERE = re.compile(
    r"/tests/|gateway/(api|files|live|bus)/|actions/named|people/api_keys|kit/(middleware|problems)\.py"
    r"|usecases/(imports|replays|rebuild|rebuilding|reconciling|replaying|working|operating|files)\.py"
    r"|domain/importing\.py|chassis/|filters/|trackline_schemas/(imports|notifications)\.py|adapters/smtp\.py"
)
# Passed on from where they are found, or words of another library.
PASSED_ON = {"message", "error.message", "str(broken)"}


def sources() -> Iterator[Path]:
    for pattern in ("services/*/*/**/*.py", "gateway/gateway/**/*.py", "shared-schemas/trackline_schemas/**/*.py"):
        yield from (path for path in ROOT.glob(pattern) if not ELSEWHERE.search(str(path.relative_to(ROOT))))


def texts(node: ast.expr, assigned: dict[str, list[ast.expr]]) -> Iterator[str]:
    """What the expression can be, with {} for what is filled in."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "noop":
        yield from texts(node.args[0], assigned)
    elif isinstance(node, ast.Name) and node.id in assigned:
        for value in assigned[node.id]:
            yield from texts(value, assigned)
    else:
        yield f"?{ast.unparse(node)}"


def raised(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]:
        assigned: dict[str, list[ast.expr]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                assigned.setdefault(node.targets[0].id, []).append(node.value)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                code, message = RAISED[node.func.id]
                if len(node.args) > message and (
                    code is None or ast.unparse(node.args[code]).strip("'") not in BY_TITLE
                ):
                    yield from texts(node.args[message], assigned)


ALL = {text for path in sources() for text in raised(path)}


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    i18n.speak("de")
    yield
    i18n.speak("en")


def test_everything_that_can_be_refused_has_a_sentence() -> None:
    assert len(ALL) > 60
    assert {text for text in ALL if text.startswith("?")} <= {f"?{one}" for one in PASSED_ON}
    filled = (text.replace("{}", "x") for text in ALL if not text.startswith("?"))
    assert [text for text in filled if not sentence(text)] == []


def test_no_sentence_is_left_over() -> None:
    assert {re.sub(r"\{\w+\}", "{}", one) for one in SENTENCES} <= ALL


@pytest.mark.parametrize("code", HTTP_STATUS)
def test_every_code_has_words_for_what_is_not_known(code: str) -> None:
    said = told(ServiceError(code, "Nobody has translated this."))
    assert said != i18n.gettext(OUR_FAULT) or code in ("internal", "unauthenticated")
    assert said not in (*TITLES.values(), OUR_FAULT)


def test_what_the_sentence_names_is_named_in_the_readers_words() -> None:
    refusal = ServiceError(
        "transition_not_allowed", "A ticket that is closed cannot become on_hold, only new, resolved."
    )
    assert told(refusal) == "Von „Geschlossen“ kommt ein Ticket nicht zu „Angehalten“, nur zu: Neu, Gelöst."
    i18n.speak("en")
    assert told(refusal) == "A ticket that is Closed cannot become On hold, only New, Resolved."
    assert told(ServiceError("conflict", "Something new.")) == "Something new."


def test_beside_a_field() -> None:
    refusal = invalid("/changes/resolution", "A resolved ticket needs a resolution: say how it was resolved.")
    assert mistakes(refusal)["resolution"].startswith("Ein gelöstes Ticket braucht noch „Lösung“")
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (pydantic's own)
        TicketChanges.model_validate({"title": "", "resolution": "ä" * 3000, "impact": "many"})
    assert mistakes(caught.value) == {  # type: ignore[arg-type]
        "title": "Bitte ausfüllen.",
        "resolution": "Die Lösung ist zu lang: Sie darf 4.000 Bytes in UTF-8 haben."
        " Schreiben Sie den Rest in einen Kommentar.",
        "impact": "Das ist nicht gültig.",
    }
