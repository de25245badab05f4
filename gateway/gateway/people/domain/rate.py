"""Limits how often something may happen in this process, for each person apart."""

from dataclasses import dataclass, field


@dataclass
class Rate:
    """`most` times in each window of `seconds`. Times are those of any one clock, in seconds."""

    most: int
    seconds: float
    _begun: float = 0.0
    _counts: dict[str, int] = field(default_factory=dict)

    def take(self, key: str, now: float) -> float:
        """Counts once for the key. Returns how many seconds to wait if there were too many, else 0."""
        if now - self._begun >= self.seconds:
            self._begun, self._counts = now, {}
        self._counts[key] = self._counts.get(key, 0) + 1
        return self._begun + self.seconds - now if self._counts[key] > self.most else 0.0
