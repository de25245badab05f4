from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Durations are in seconds. A claim must be longer than everything before the hand-over, and than the hand-over
    itself. `address_wait` is how long a recipient may be unknown before the delivery fails. Rights that were read less
    than `fresh` ago are not read again for the last moment: the mail might as well have gone out that much sooner."""

    idle: float = 1.0
    claim: float = 300.0
    first_retry: float = 10.0
    address_wait: float = 900.0
    fresh: float = 0.1
