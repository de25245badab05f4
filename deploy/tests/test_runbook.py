"""What the runbook of the alerts tells operators to look at, to set or to run exists under the name that it gives."""

import re
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, get_args

import pytest
import typer
from starlette.routing import Match

from gateway.kit.settings import Settings
from gateway.main import create_app
from gateway.people.domain.attempt import BY
from trackline_chassis.dead_letters import Action
from trackline_cli.commands import app as command_line
from trackline_local.packages import FOLDERS
from trackline_local.steps import ROOT
from trackline_schemas.errors.catalogue import CATALOGUE

from .known_settings import known_settings
from .test_alerts import alerts

PAGE = (ROOT / "docs/operating.md").read_text()
RUNBOOK = PAGE.partition("\n#### ")[2].partition("\n### ")[0]
# test_monitoring.py holds this table against what the processes expose.
METRICS = dict(re.findall(r"^\| `(trackline_\w+)(?:\{([\w, ]+)\})?` \|", PAGE, re.MULTILINE))
# Commands of the servers.
FOREIGN = {"rabbitmq-diagnostics alarms"}


APP = create_app(Settings(secret="s" * 32))
SOURCES = "\n".join(path.read_text() for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def is_route(word: str) -> bool:
    """`/path`, or `METHOD /path`."""
    *given, path = word.split()
    scope = {"type": "http", "method": given[0] if given else "GET", "path": path, "root_path": "", "headers": []}
    return path.startswith("/") and any(route.matches(scope)[0] is Match.FULL for route in APP.routes)


def is_command(word: str) -> bool:
    """`python -m module action`, or a command of `trackline` with all of its words."""
    program, *words = word.split()
    if program == "python":
        return find_spec(words[1]) is not None and set(words[2:]) <= set(get_args(Action))
    found: Any = typer.main.get_command(command_line) if program == "trackline" else None
    for name in words:
        found = getattr(found, "commands", {}).get(name)
    return found is not None


def is_label(word: str) -> bool:
    return word in {label for labels in METRICS.values() for label in labels.split(", ")} or word in BY


def is_logged(word: str) -> bool:
    return (" " in word or word == "security") and f'"{word}"' in SOURCES


KINDS: dict[str, Callable[[str], bool]] = {
    "alert": alerts().__contains__,
    "setting": known_settings().__contains__,
    "metric": METRICS.__contains__,
    "label or its value": is_label,
    "reason": CATALOGUE.__contains__,
    "page or endpoint": is_route,
    "command": is_command,
    "action on dead letters": get_args(Action).__contains__,
    "line in a log": is_logged,
    "command of a server": FOREIGN.__contains__,
}


def kinds_of(word: str) -> list[str]:
    return [kind for kind, is_one in KINDS.items() if is_one(word)]


@pytest.mark.parametrize("word", sorted(set(re.findall(r"`([^`]+)`", RUNBOOK))))
def test_what_the_runbook_names_exists(word: str) -> None:
    assert kinds_of(word), f"`{word}` is none of: {', '.join(KINDS)}"


@pytest.mark.parametrize(
    "word",
    [
        *("TRACKLINE_SMTP_SERVER", "trackline_sign_ins", "/settings/state", "POST /api/v1/analytics/repair"),
        *("python -m trackline_chassis.dead_mail list", "python -m trackline_chassis.dead_letters show"),
        *("trackline search state", "TracklineMailLost", "bus_is_full", "sign-in did not succeed"),
    ],
)
def test_what_does_not_exist_is_noticed(word: str) -> None:
    assert kinds_of(word) == []


def test_every_kind_occurs() -> None:
    named = re.findall(r"`([^`]+)`", RUNBOOK)
    assert {kind for word in named for kind in kinds_of(word)} == set(KINDS)
