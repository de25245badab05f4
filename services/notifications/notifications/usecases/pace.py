from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Seconds. A claim must outlast everything before the hand-over, and once more the hand-over itself.
    `address_wait` is how long a recipient may stay unknown before the delivery fails."""

    idle: float = 1.0
    claim: float = 300.0
    first_retry: float = 10.0
    address_wait: float = 900.0
