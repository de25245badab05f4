"""How many seconds of a scarce thing each person has used lately."""

import time
from collections.abc import Callable

# After so many seconds, half of what somebody used is forgotten.
HALF_LIFE = 600.0
# Of more people than this, the one with the least is forgotten.
MOST_PEOPLE = 1000


class Spent:
    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        # the seconds of each person, and when they were so many
        self._people: dict[str, tuple[float, float]] = {}

    def add(self, person_id: str, seconds: float) -> None:
        self._people[person_id] = (self.seconds(person_id) + seconds, self._now())
        if len(self._people) > MOST_PEOPLE:
            del self._people[min(self._people, key=self.seconds)]

    def seconds(self, person_id: str) -> float:
        seconds, at = self._people.get(person_id, (0.0, 0.0))
        return float(seconds * 0.5 ** ((self._now() - at) / HALF_LIFE))
