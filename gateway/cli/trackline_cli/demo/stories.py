"""What happened to each ticket of the demonstration: the same for the same number, wherever and whenever it is told."""

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
    """A file of texts beside this module."""
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))


@dataclass
class Story:
    """Steps with names in place of ids. `at` is the time that has come, `pace` how many times longer all takes."""

    chance: random.Random
    at: datetime
    pace: float
    steps: list[Json] = field(default_factory=list)

    def tell(self, actor: str, text: str | None = None, visibility: str = "public", **changes: Any) -> None:
        said = {"comment": {"text": text, "visibility": visibility}} if text else {}
        self.steps.append({"time": self.at.isoformat(), "actor_id": actor, "changes": changes, **said})

    def wait(self, hours: float) -> None:
        """About so long, sometimes much longer; nobody works at night or at the weekend."""
        self.at = _at_work(self.at + timedelta(minutes=int(60 * hours * self.pace * self.chance.lognormvariate(0, 1))))


@dataclass(frozen=True)
class Firm:
    scenarios: Sequence[Mapping[str, Any]]
    words: Mapping[str, Sequence[str]]
    requesters: Sequence[str]
    teams: Mapping[str, Sequence[str]]

    def histories(self, start: datetime, now: datetime) -> list[Json]:
        """Bodies of the import, as far as it has come by `now`. The first ticket is opened at `start`, which is the
        beginning of a working day 60 days before."""
        told = (self._history(number, start) for number in range(1, TICKETS + 1))
        return [history | {"steps": steps} for history in told if (steps := _until(now, history["steps"]))]

    def _history(self, number: int, start: datetime) -> Json:
        chance = random.Random(f"{SOURCE} {number}")  # noqa: S311 (a tale)
        days = _workdays(start)
        day = days[(number - 1) * len(days) // TICKETS]
        opened = start if number == 1 else day + timedelta(minutes=chance.randrange(600))
        story = Story(chance, opened, _pace(number))
        scenario = self._scenarios(number // len(self.scenarios))[number % len(self.scenarios)]
        words = {name: chance.choice(values) for name, values in self.words.items()}
        self._happen(story, dict(scenario) | {key: _filled(scenario[key], words) for key in TEXTS if key in scenario})
        channel = chance.choices(["portal", "mail", "phone"], [6, 3, 1])[0]
        return {"source": SOURCE, "external_ref": f"D-{number:03}", "channel": channel, "steps": story.steps}

    def _scenarios(self, turn: int) -> list[Mapping[str, Any]]:
        """Each once in a turn, in an order of its own."""
        shuffled = list(self.scenarios)
        random.Random(f"{SOURCE} turn {turn}").shuffle(shuffled)  # noqa: S311 (a tale)
        return shuffled

    def _happen(self, story: Story, scene: Mapping[str, Any]) -> None:
        chance, who = story.chance, story.chance.choice(self.requesters)
        team = scene["team"]
        agent = chance.choice(self.teams[team])
        self._open(story, scene, who)
        if chance.random() < 0.05:
            story.wait(8)
            return story.tell(who, "It works again by itself, thank you.", state="cancelled")
        story.wait(2)
        if chance.random() < 0.12:
            team = chance.choice(sorted(set(self.teams) - {team}))
            story.tell(agent, "This is yours, I think.", "internal", team_id=team)
            agent = chance.choice(self.teams[team])
            story.wait(3)
        greeting = chance.choice(GREETINGS) if chance.random() < 0.6 else None
        story.tell(agent, greeting, state="open", assignee_id=agent)
        self._talk(story, scene, who, agent)
        self._resolve(story, scene, who, agent)
        return None

    def _open(self, story: Story, scene: Mapping[str, Any], who: str) -> None:
        levels = {"impact": scene.get("impact", 3), "urgency": scene.get("urgency", 3)}
        opened = {"title": scene["title"], "kind": scene.get("kind", "incident"), "state": "new", **levels}
        story.tell(who, scene["text"], **opened, requester_id=who, team_id=scene["team"], category_id=scene["category"])

    def _talk(self, story: Story, scene: Mapping[str, Any], who: str, agent: str) -> None:
        if "question" in scene and story.chance.random() < 0.8:
            story.wait(0.5)
            story.tell(agent, scene["question"], state="pending")
            story.wait(30)
            story.tell(who, scene["answer"], state="open")
        if "note" in scene:
            story.wait(1)
            story.tell(agent, scene["note"], "internal")
        if "waits" in scene and story.chance.random() < 0.7:
            story.wait(1)
            story.tell(agent, scene["waits"], state="on_hold")
            story.wait(120)
            story.tell(agent, state="open")

    def _resolve(self, story: Story, scene: Mapping[str, Any], who: str, agent: str) -> None:
        solution = {"resolution_code": story.chance.choice(CODES), "resolution": scene["solution"]}
        story.wait(12)
        story.tell(agent, scene["solution"], state="resolved", **solution)
        if story.chance.random() < 0.07:
            story.wait(10)
            story.tell(who, "I am sorry, it is back again.", state="open")
            story.wait(5)
            story.tell(agent, "I looked again and found the rest of it. It should stay well now.", state="resolved")
        if story.chance.random() < 0.3:
            story.wait(4)
            return story.tell(who, state="closed")
        story.at += CLOSED_AFTER
        return story.tell(agent, state="closed")


def busiest(histories: Sequence[Json], role: str) -> str:
    """Whoever the most tickets that are not settled name as `role`: their pages are worth a look."""
    ends = (
        {name: value for step in history["steps"] for name, value in step["changes"].items()} for history in histories
    )
    named = Counter(end[role] for end in ends if end["state"] not in SETTLED and role in end)
    return str(named.most_common(1)[0][0])


def _pace(number: int) -> float:
    """The latest take their time, so that there is something to do at the desk."""
    if number > TICKETS - 15:
        return 30
    return 8 if number > TICKETS - 60 else 1


def _workdays(start: datetime) -> list[datetime]:
    """Up to yesterday: no ticket may be opened in the future."""
    days = [start + timedelta(days=number) for number in range(DAYS)]
    return [day for day in days if day.weekday() < 5]


def _at_work(instant: datetime) -> datetime:
    if instant.hour >= 17:
        instant = instant.replace(hour=7) + timedelta(days=1)
    elif instant.hour < 7:
        instant = instant.replace(hour=7)
    return instant + timedelta(days=max(0, 7 - instant.weekday()) if instant.weekday() >= 5 else 0)


def _filled(template: str, words: Mapping[str, str]) -> str:
    text = template.format_map(words)
    return text[:1].upper() + text[1:]


def _until(now: datetime, steps: Sequence[Json]) -> list[Json]:
    return [step for step in steps if datetime.fromisoformat(step["time"]) <= now]
