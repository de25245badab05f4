"""Generates the histories of the demonstration's tickets. A ticket's number and the start determine its history."""

import random
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from trackline_cli.api import Json

SOURCE = "demo"
TICKETS = 300
DAYS = 60
CLOSED_AFTER = timedelta(days=5)
TEXTS = ("title", "text", "question", "answer", "note", "waits", "solution")
GREETINGS = (
    "Thank you for telling us. I am looking at it.",
    "I have taken this and will be back to you today.",
    "Thanks, I will see to it.",
)
SETTLED = ("resolved", "closed", "cancelled")
CODES = ("solved", "solved", "solved", "workaround", "information_given")


def read(name: str) -> dict[str, Any]:
    """Reads a file of texts that lies beside this module."""
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))


@dataclass
class Story:
    """A history in the making. The steps have names in place of ids. `at` is the current time in the story, and `pace`
    is a factor by which all waiting takes longer."""

    chance: random.Random
    at: datetime
    pace: float
    steps: list[Json] = field(default_factory=list)

    def add_step(self, actor: str, text: str | None = None, visibility: str = "public", **changes: Any) -> None:
        comment = {"comment": {"text": text, "visibility": visibility}} if text else {}
        self.steps.append({"time": self.at.isoformat(), "actor_id": actor, "changes": changes, **comment})

    def wait(self, hours: float) -> None:
        """Moves the time on by about so many hours, sometimes by much more, and then to the next working hour."""
        self.at = _next_working_time(
            self.at + timedelta(minutes=int(60 * hours * self.pace * self.chance.lognormvariate(0, 1)))
        )


@dataclass(frozen=True)
class Company:
    scenarios: Sequence[Mapping[str, Any]]
    words: Mapping[str, Sequence[str]]
    requesters: Sequence[str]
    teams: Mapping[str, Sequence[str]]

    def histories(self, start: datetime, now: datetime) -> list[Json]:
        """Returns the histories of all tickets up to `now`, as bodies of the import with names in place of ids. `start`
        is a morning 60 days ago, at which the first ticket is opened."""
        whole = (self._history(number, start) for number in range(1, TICKETS + 1))
        return [history | {"steps": steps} for history in whole if (steps := _steps_until(now, history["steps"]))]

    def _history(self, number: int, start: datetime) -> Json:
        chance = random.Random(f"{SOURCE} {number}")  # noqa: S311 (it must be repeatable)
        days = _workdays(start)
        day = days[(number - 1) * len(days) // TICKETS]
        opened = start if number == 1 else day + timedelta(minutes=chance.randrange(600))
        story = Story(chance, opened, _pace(number))
        scenario = self._scenarios(number // len(self.scenarios))[number % len(self.scenarios)]
        words = {name: chance.choice(values) for name, values in self.words.items()}
        scene = dict(scenario) | {key: _fill(scenario[key], words) for key in TEXTS if key in scenario}
        self._add_steps(story, scene)
        channel = chance.choices(["portal", "mail", "phone"], [6, 3, 1])[0]
        return {"source": SOURCE, "external_ref": f"D-{number:03}", "channel": channel, "steps": story.steps}

    def _scenarios(self, turn: int) -> list[Mapping[str, Any]]:
        """Returns all scenarios in an order that depends on the turn."""
        shuffled = list(self.scenarios)
        random.Random(f"{SOURCE} turn {turn}").shuffle(shuffled)  # noqa: S311 (it must be repeatable)
        return shuffled

    def _add_steps(self, story: Story, scene: Mapping[str, Any]) -> None:
        chance, who = story.chance, story.chance.choice(self.requesters)
        team = scene["team"]
        agent = chance.choice(self.teams[team])
        self._open(story, scene, who)
        if chance.random() < 0.05:
            story.wait(8)
            return story.add_step(who, "It works again by itself, thank you.", state="cancelled")
        story.wait(2)
        if chance.random() < 0.12:
            team = chance.choice(sorted(set(self.teams) - {team}))
            story.add_step(agent, "This is yours, I think.", "internal", team_id=team)
            agent = chance.choice(self.teams[team])
            story.wait(3)
        greeting = chance.choice(GREETINGS) if chance.random() < 0.6 else None
        story.add_step(agent, greeting, state="open", assignee_id=agent)
        self._talk(story, scene, who, agent)
        self._resolve(story, scene, who, agent)
        return None

    def _open(self, story: Story, scene: Mapping[str, Any], who: str) -> None:
        levels = {"impact": scene.get("impact", 3), "urgency": scene.get("urgency", 3)}
        opened = {"title": scene["title"], "kind": scene.get("kind", "incident"), "state": "new", **levels}
        story.add_step(
            who, scene["text"], **opened, requester_id=who, team_id=scene["team"], category_id=scene["category"]
        )

    def _talk(self, story: Story, scene: Mapping[str, Any], who: str, agent: str) -> None:
        if "question" in scene and story.chance.random() < 0.8:
            story.wait(0.5)
            story.add_step(agent, scene["question"], state="pending")
            story.wait(30)
            story.add_step(who, scene["answer"], state="open")
        if "note" in scene:
            story.wait(1)
            story.add_step(agent, scene["note"], "internal")
        if "waits" in scene and story.chance.random() < 0.7:
            story.wait(1)
            story.add_step(agent, scene["waits"], state="on_hold")
            story.wait(120)
            story.add_step(agent, state="open")

    def _resolve(self, story: Story, scene: Mapping[str, Any], who: str, agent: str) -> None:
        solution = {"resolution_code": story.chance.choice(CODES), "resolution": scene["solution"]}
        story.wait(12)
        story.add_step(agent, scene["solution"], state="resolved", **solution)
        if story.chance.random() < 0.07:
            story.wait(10)
            story.add_step(who, "I am sorry, it is back again.", state="open")
            story.wait(5)
            story.add_step(agent, "I looked again and found the rest of it. It should stay well now.", state="resolved")
        if story.chance.random() < 0.3:
            story.wait(4)
            return story.add_step(who, state="closed")
        story.at += CLOSED_AFTER
        return story.add_step(agent, state="closed")


def busiest(histories: Sequence[Json], role: str) -> str:
    """Returns the person whom the most unresolved tickets name as `role`, which is assignee_id or requester_id."""
    latest = (
        {name: value for step in history["steps"] for name, value in step["changes"].items()} for history in histories
    )
    people = Counter(values[role] for values in latest if values["state"] not in SETTLED and role in values)
    return str(people.most_common(1)[0][0])


def _pace(number: int) -> float:
    """Returns a higher factor for the latest tickets, so that some of them are still open."""
    if number > TICKETS - 15:
        return 30
    return 8 if number > TICKETS - 60 else 1


def _workdays(start: datetime) -> list[datetime]:
    """Returns the mornings of all working days up to yesterday. Today is left out, because no ticket may be opened in
    the future."""
    days = [start + timedelta(days=number) for number in range(DAYS)]
    return [day for day in days if day.weekday() < 5]


def _next_working_time(instant: datetime) -> datetime:
    """Returns the instant itself, or 7:00 of the next working day if nobody works then."""
    if instant.hour >= 17:
        instant = instant.replace(hour=7) + timedelta(days=1)
    elif instant.hour < 7:
        instant = instant.replace(hour=7)
    return instant + timedelta(days=max(0, 7 - instant.weekday()) if instant.weekday() >= 5 else 0)


def _fill(template: str, words: Mapping[str, str]) -> str:
    text = template.format_map(words)
    return text[:1].upper() + text[1:]


def _steps_until(now: datetime, steps: Sequence[Json]) -> list[Json]:
    return [step for step in steps if datetime.fromisoformat(step["time"]) <= now]
