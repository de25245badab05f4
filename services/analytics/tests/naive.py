"""Computes the measures directly from the events, without facts. This is slow, and written to be compared with
docs/metrics.md."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from .stories import Story

ACTIVE = ("new", "open", "pending", "on_hold")


def summary(stories: Iterable[Story], start: datetime, end: datetime) -> dict[str, Any]:
    chosen = [story for story in stories if not excluded(story)]
    resolved = [story for story in chosen if (times := resolutions(story)) and start <= times[-1] < end]
    replied = [story for story in chosen if (times := replies(story)) and start <= times[0] < end]
    reopened = [story for story in resolved if reopenings(story)]
    return {
        "created": len([story for story in chosen if start <= born(story) < end]),
        "resolved": len(resolved),
        "reopened": len(reopened),
        "reopen_rate": len(reopened) / len(resolved) if resolved else None,
        "backlog": len([story for story in chosen if state_before(story, end) in ACTIVE]),
        "first_reply": spread([seconds(story, replies(story)[0]) for story in replied]),
        "resolution": spread([seconds(story, resolutions(story)[-1]) for story in resolved]),
        "first_resolution": spread([seconds(story, resolutions(story)[0]) for story in resolved]),
        "reassignments": spread([reassignments(story) for story in resolved]),
    }


def approx(measures: dict[str, Any]) -> dict[str, Any]:
    """Returns measures that are equal up to rounding."""
    return {
        name: pytest.approx(value) if isinstance(value, dict) and value["count"] else value
        for name, value in measures.items()
    }


def born(story: Story) -> datetime:
    return story.events[0].time


def excluded(story: Story) -> str | None:
    if story.ticket.get("close_reason") == "merged":
        return "merged"
    return "cancelled" if story.ticket["state"] == "cancelled" else None


def seconds(story: Story, instant: datetime) -> float:
    return (instant - born(story)).total_seconds()


def steps(story: Story) -> list[tuple[str | None, str, datetime, bool]]:
    """Returns (state before, state after, time, whether the event set the state)."""
    found: list[tuple[str | None, str, datetime, bool]] = []
    state = None
    for event in story.events:
        if "ticket" in event.data:
            after = event.data["ticket"]["state"]
            found.append((state, after, event.time, "state" in event.data["changes"]))
            state = after
    return found


def resolutions(story: Story) -> list[datetime]:
    """Includes a closing only if nothing was resolved before."""
    told = steps(story)
    resolved = [time for before, after, time, set_ in told if after == "resolved" and (set_ or before != after)]
    closed = [time for before, after, time, _ in told if after == "closed" and before in ACTIVE]
    return resolved if resolved and (not closed or resolved[0] <= closed[0]) else sorted([*closed[:1], *resolved])


def reassignments(story: Story) -> int:
    teams = [event.data["ticket"]["team_id"] for event in story.events if "ticket" in event.data]
    return sum(before != after for before, after in pairwise(teams))


def state_seconds(stories: Iterable[Story], start: datetime, end: datetime) -> dict[str, float]:
    """Goes from event to event, because going second by second would be too slow."""
    total: dict[str, float] = defaultdict(float)
    for story in stories:
        times = sorted({start, end, *(event.time for event in story.events if start < event.time < end)})
        for before, after in pairwise(times):
            state = state_before(story, after)
            if state in (*ACTIVE, "resolved") and not excluded(story):
                total[state] += (after - before).total_seconds()
    return total


def reopenings(story: Story) -> int:
    return sum(before in ("resolved", "closed") and after in ACTIVE for before, after, _, _ in steps(story))


def replies(story: Story) -> list[datetime]:
    comments = [(event.time, event.data.get("comment")) for event in story.events]
    return [
        time
        for time, comment in comments
        if comment
        and (comment["visibility"], comment["role"]) == ("public", "agent")
        and comment["author_id"] != "rita"
    ]


def state_before(story: Story, instant: datetime) -> str | None:
    return next((after for _, after, time, _ in reversed(steps(story)) if time < instant), None)


def spread(values: Sequence[float]) -> dict[str, Any]:
    if not values:
        return {"count": 0, "mean": None, "median": None, "p90": None}
    mean = sum(values) / len(values)
    return {"count": len(values), "mean": mean, "median": quantile(values, 0.5), "p90": quantile(values, 0.9)}


def quantile(values: Sequence[float], share: float) -> float:
    """Interpolates linearly: the smallest value is at 0, and the greatest at 1."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
