"""The register of causes: one for each alert of deploy/monitoring/alerts.yml."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from alarms.world import Scene

Make = Callable[[Scene], Iterator[None]]


@dataclass(frozen=True)
class Cause:
    """`text` says what happens. `made` makes it happen until the block ends; `World.heal` then mends the rest."""

    text: str
    made: Callable[[Scene], AbstractContextManager[None]]


CAUSES: dict[str, Cause] = {}


def causes(alert: str) -> Callable[[Make], Make]:
    """Registers a generator, whose docstring is the text of the cause."""

    def register(make: Make) -> Make:
        CAUSES[alert] = Cause(inspect.getdoc(make) or "", contextmanager(make))
        return make

    return register
