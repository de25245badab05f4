"""Imports tickets with their history. The histories use names, which are replaced by ids."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from trackline_cli.api import Api, Json, Refused
from trackline_cli.importing import ENDS_THE_RUN, run_concurrently

# The characters of a name that a reason shows.
SHOWN = 60


class NotCreated(Exception):
    """A person, a team or a category of a history does not exist, because Trackline refused to create it."""


@dataclass(frozen=True)
class Ids:
    """Maps names to ids. The names of people are those that the histories use. `refused` maps names that Trackline does
    not take to reasons."""

    people: Mapping[str, str]
    teams: Mapping[str, str]
    categories: Mapping[str, str]
    refused: Mapping[str, str] = field(default_factory=dict)

    def body(self, history: Json) -> Json:
        """Returns the body of POST /api/v1/imports/tickets for a history. Raises NotCreated."""
        return history | {"steps": [self._step(step) for step in history["steps"]]}

    def _step(self, step: Json) -> Json:
        changes = {name: self._id(name, value) for name, value in step["changes"].items()}
        return step | {"actor_id": self._find(self.people, step["actor_id"]), "changes": changes}

    def _id(self, name: str, value: Any) -> Any:
        ids = {
            "requester_id": self.people,
            "assignee_id": self.people,
            "team_id": self.teams,
            "category_id": self.categories,
        }.get(name)
        return value if ids is None or value is None else self._find(ids, value)

    def _find(self, ids: Mapping[str, str], name: str) -> str:
        if name in ids:
            return ids[name]
        raise NotCreated(f"“{name if len(name) <= SHOWN else f'{name[:SHOWN]}…'}” was refused: {self.refused[name]}")


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
    except (Refused, NotCreated) as why:
        if isinstance(why, Refused) and why.status in ENDS_THE_RUN:
            raise
        outcome.failed[history["external_ref"]] = f"{why.status} {why}" if isinstance(why, Refused) else str(why)
        return
    outcome.events += done["added"]
    outcome.created += done["added"] == done["version"]
    outcome.continued += 0 < done["added"] < done["version"]
    outcome.unchanged += done["added"] == 0
