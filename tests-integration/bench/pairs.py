"""How two revisions compare: the ratio of each pair, its median, how far the pairs spread, and what that says."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb

LIMIT = 0.03
CONFIDENCE = 0.93


@dataclass(frozen=True)
class Comparison:
    """`low` to `high` is where the median of the ratios lies with a confidence of at least 93 %: with 5 to 8 pairs it
    reaches from the lowest to the highest of them, with more pairs the outermost are left out."""

    old: float
    new: float
    ratio: float
    low: float
    high: float
    enough: bool

    @property
    def verdict(self) -> str:
        """A difference counts when the whole spread lies beyond 3 %, and when there are pairs enough."""
        if not self.enough:
            return "open"
        if self.low > 1 + LIMIT:
            return "more"
        if self.high < 1 - LIMIT:
            return "less"
        within = self.low >= 1 - LIMIT and self.high <= 1 + LIMIT
        return "same" if within else "open"


def compare(pairs: Iterable[tuple[float, float]]) -> Comparison | None:
    """Pairs are (old, new). None when a value is not above 0: nothing was measured there."""
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
    """The narrowest interval between two of the values that holds the median with enough confidence. It assumes only
    that the pairs are independent. With fewer than 5 values it is all of them, and the confidence is lower."""
    ordered, left_out = sorted(ratios), 0
    while left_out + 1 < len(ordered) / 2 and _confidence(len(ordered), left_out + 1) >= CONFIDENCE:
        left_out += 1
    return ordered[left_out], ordered[-1 - left_out]


def _confidence(count: int, left_out: int) -> float:
    """That the median is not beyond the value that follows `left_out` others on either side."""
    return 1 - 2 * sum(comb(count, below) for below in range(left_out + 1)) / (1 << count)


def per_request(
    before: Mapping[str, float], after: Mapping[str, float], idle: Mapping[str, float], seconds: float, requests: int
) -> dict[str, float]:
    """CPU seconds of each process for one request, without what it would have used anyway in that time."""
    return {name: (after[name] - before[name] - idle[name] * seconds) / requests for name in before}
