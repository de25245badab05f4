"""Imports tickets with their history. The histories use names, which are replaced by ids."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from trackline_cli.api import Api, Json, Refused
from trackline_cli.importing import run_concurrently


@dataclass(frozen=True)
class Ids:
    """Maps names to ids. The names of people are those that the histories use."""

    people: Mapping[str, str]
    teams: Mapping[str, str]
    categories: Mapping[str, str]

    def body(self, history: Json) -> Json:
        """Returns the body of POST /api/v1/imports/tickets for a history."""
        return history | {"steps": [self._step(step) for step in history["steps"]]}

    def _step(self, step: Json) -> Json:
        changes = {name: self._id(name, value) for name, value in step["changes"].items()}
        return step | {"actor_id": self.people[step["actor_id"]], "changes": changes}

    def _id(self, name: str, value: Any) -> Any:
        ids = {
            "requester_id": self.people,
            "assignee_id": self.people,
            "team_id": self.teams,
            "category_id": self.categories,
        }.get(name)
        return value if ids is None or value is None else ids[value]


@dataclass
class Outcome:
    """Counts of tickets, and of the events that were written. `failed` maps external references to reasons."""

    created: int = 0
    continued: int = 0
    unchanged: int = 0
    events: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def __add__(self, other: "Outcome") -> "Outcome":
        counts = ("created", "continued", "unchanged", "events")
        total = {name: getattr(self, name) + getattr(other, name) for name in counts}
        return Outcome(**total, failed=self.failed | other.failed)

    def __str__(self) -> str:
        return (
            f"{self.created:,} created, {self.continued:,} continued, {self.unchanged:,} were there already,"
            f" {len(self.failed):,} failed; {self.events:,} events written"
        )


async def import_histories(api: Api, histories: Iterable[Json], ids: Ids, advance: Callable[[], None]) -> Outcome:
    """Calls `advance` after each history. Raises Unreachable if Trackline no longer answers; the same import then
    continues where it stopped."""
    outcome = Outcome()

    async def import_one(history: Json) -> None:
        await _import_history(api, history, ids, outcome)
        advance()

    await run_concurrently(iter(histories), import_one)
    return outcome


async def _import_history(api: Api, history: Json, ids: Ids, outcome: Outcome) -> None:
    try:
        done = await api.post("/api/v1/imports/tickets", ids.body(history))
    except Refused as refused:
        if refused.status in (401, 403):
            raise
        outcome.failed[history["external_ref"]] = f"{refused.status} {refused}"
        return
    outcome.events += done["added"]
    outcome.created += done["added"] == done["version"]
    outcome.continued += 0 < done["added"] < done["version"]
    outcome.unchanged += done["added"] == 0
