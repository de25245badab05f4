"""Checks how MongoDB answers the queries of a test."""

from collections.abc import Iterator, Mapping
from typing import Any

from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo import monitoring
from pymongo.database import Database

QUERIES = {
    "find": ("filter", "sort", "limit", "projection", "hint"),
    "aggregate": ("pipeline", "cursor", "hint"),
    "count": ("query",),
    "distinct": ("key", "query"),
    "update": ("updates",),
    "delete": ("deletes",),
    "findAndModify": ("query", "sort", "update", "remove", "upsert", "new"),
}
SLOW = {"COLLSCAN", "SORT", "$sort"}


class QueryLog(monitoring.CommandListener):
    """Records the first command of each shape."""

    def __init__(self) -> None:
        self.commands: dict[str, dict[str, Any]] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if wanted := QUERIES.get(event.command_name):
            command = {name: event.command[name] for name in (event.command_name, *wanted) if name in event.command}
            for several in {"updates", "deletes"} & command.keys():
                command[several] = command[several][:1]
            self.commands.setdefault(_shape(command), command)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None: ...

    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...

    def faults(self, database: Database[dict[str, Any]]) -> list[str]:
        """Returns the commands that scan a whole collection or sort in memory, except for the few teams."""
        return [
            f"{sorted(slow)}: {command}"
            for command in self.commands.values()
            if next(iter(command.values())) != "teams" and (slow := SLOW & {*stages(database, command)})
        ]


def stages(database: Database[dict[str, Any]], command: Mapping[str, Any]) -> Iterator[str]:
    # The bounds of an index may be outside the calendar.
    options = CodecOptions[dict[str, Any]](datetime_conversion=DatetimeConversion.DATETIME_AUTO)
    return _named(database.command("explain", command, verbosity="queryPlanner", codec_options=options))


def _named(plan: Any) -> Iterator[str]:
    if isinstance(plan, list):
        for one in plan:
            yield from _named(one)
    if isinstance(plan, dict):
        for name, value in plan.items():
            if name == "stage" or name.startswith("$"):
                yield value if name == "stage" else name
            if name not in ("rejectedPlans", "parsedQuery", "command"):
                yield from _named(value)


def _shape(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{name}:{_shape(one)}' for name, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(sorted({_shape(one) for one in value}))}]"
    return value if isinstance(value, str) and value.startswith(("$", "facts")) else type(value).__name__
