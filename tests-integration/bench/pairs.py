"""Compares two revisions: the ratio of each pair, the median and the spread of the ratios, and a verdict."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb

LIMIT = 0.03
CONFIDENCE = 0.93


@dataclass(frozen=True)
class Comparison:
    """The median of the ratios is between `low` and `high` with a confidence of at least 93 %. With 5 to 8 pairs these
    are the lowest and the highest ratio. With more pairs the outermost ratios are left out."""

    old: float
    new: float
    ratio: float
    low: float
    high: float
    enough: bool

    @property
    def verdict(self) -> str:
        """A difference counts if the whole spread is beyond 3 % and there are enough pairs. `bounded` means that the
        new value is at most 3 % more, and perhaps less."""
        if not self.enough:
            return "open"
        if self.low > 1 + LIMIT:
            return "more"
        if self.high < 1 - LIMIT:
            return "less"
        if self.high > 1 + LIMIT:
            return "open"
        return "same" if self.low >= 1 - LIMIT else "bounded"


def compare(pairs: Iterable[tuple[float, float]]) -> Comparison | None:
    """Compares (old, new) pairs. Returns None if a value is not above 0, because then nothing was measured."""
    pairs = list(pairs)
    if not pairs or min(min(pair) for pair in pairs) <= 0:
        return None
    low, high = spread([new / old for old, new in pairs])
    return Comparison(
        statistics.median(old for old, _ in pairs),
        statistics.median(new for _, new in pairs),
        statistics.median(new / old for old, new in pairs),
        low,
        high,
        enough=_confidence(len(pairs), 0) >= CONFIDENCE,
    )


def spread(ratios: Sequence[float]) -> tuple[float, float]:
    """Returns the narrowest interval between two values that holds the median with enough confidence. It assumes only
    that the pairs are independent. With fewer than 5 values it spans all of them, and the confidence is lower."""
    ordered, left_out = sorted(ratios), 0
    while left_out + 1 < len(ordered) / 2 and _confidence(len(ordered), left_out + 1) >= CONFIDENCE:
        left_out += 1
    return ordered[left_out], ordered[-1 - left_out]


def _confidence(count: int, left_out: int) -> float:
    """Returns the probability that the median is inside, if `left_out` values are left out on either side."""
    return 1 - 2 * sum(comb(count, below) for below in range(left_out + 1)) / (1 << count)


def per_request(
    before: Mapping[str, float], after: Mapping[str, float], idle: Mapping[str, float], seconds: float, requests: int
) -> dict[str, float]:
    """Returns process → CPU seconds for one request, without what the process uses while idle."""
    return {name: (after[name] - before[name] - idle[name] * seconds) / requests for name in before}
