"""Every fault of the storm, and the order in which they strike, which follows from the seed alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from trackline_local.packages import IMAGES

# The replicas are called like their service, and like their service with a -2.
PROCESSES = tuple(f"{name}{replica}" for name in IMAGES for replica in ("", "-2"))
SERVERS = ("RabbitMQ", "MongoDB", "Elasticsearch")
MAIL_SERVER = "mail server"
EVERY_SECONDS = 12
SHORTEST, LONGEST = 1, 10


@dataclass(frozen=True)
class Fault:
    kind: str
    target: str


FAULTS = (
    *(Fault(kind, target) for kind in ("kill", "freeze") for target in (*PROCESSES, *SERVERS)),
    *(Fault(kind, MAIL_SERVER) for kind in ("away", "refusing", "slow")),
    Fault("full disk", "RabbitMQ"),
)


@dataclass(frozen=True)
class Strike:
    """`at` is in seconds after the beginning. `seconds` is how long the target is away, hangs, or refuses."""

    at: float
    fault: Fault
    seconds: float

    def __str__(self) -> str:
        return f"{self.at:4.0f} s: {self.fault.kind}, {self.fault.target}, for {self.seconds:.1f} s"


def schedule(seed: int, seconds: float) -> list[Strike]:
    return list(_strikes(Random(seed), seconds))


def _strikes(chance: Random, seconds: float) -> Iterator[Strike]:
    """Yields no fault again before all others have struck."""
    at, waiting = 0.0, list[Fault]()
    while (at := at + EVERY_SECONDS * chance.uniform(0.5, 1.5)) < seconds:
        waiting = waiting or chance.sample(FAULTS, len(FAULTS))
        yield Strike(at, waiting.pop(), chance.uniform(SHORTEST, LONGEST))
