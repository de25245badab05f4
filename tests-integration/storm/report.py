"""The table that the storm prints."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import httpx

from storm.faults import Strike
from storm.ledger import Ledger, Operation

SHOWN = 10


@dataclass(frozen=True)
class Row:
    """`faults` are what must not be. A row without any only informs."""

    name: str
    value: str
    faults: Sequence[str] = ()

    def __str__(self) -> str:
        return f"| {self.name} | {self.value} | {'FAILS' if self.faults else ''} |"


def check(name: str, faults: Iterable[str]) -> Row:
    try:
        found = sorted(faults)
    except (AssertionError, httpx.HTTPError) as error:
        return Row(name, "could not be counted", [repr(error)])
    return Row(name, str(len(found)), found)


def print_table(rows: Iterable[Row]) -> bool:
    """Returns whether nothing fails."""
    held = True
    print("\n| | | |\n|---|---|---|")
    for row in rows:
        print(row, flush=True)
        held = held and not row.faults
        for fault in row.faults[:SHOWN]:
            print(f"  {fault}", flush=True)
    return held


def weather(strikes: Sequence[Strike], seconds: float) -> list[Row]:
    kinds = Counter(strike.fault.kind for strike in strikes)
    targets = Counter(strike.fault.target for strike in strikes)
    return [
        Row("minutes", f"{seconds / 60:.1f}"),
        Row("faults", f"{len(strikes)}: {_count(kinds)}"),
        Row("their targets", _count(targets)),
    ]


def work(ledger: Ledger) -> list[Row]:
    acknowledged = ledger.of("acknowledged")
    longest = max(acknowledged, key=lambda one: one.seconds)
    refused = Counter({str(status or "lost"): n for status, n in ledger.reads.items() if not 200 <= status < 300})
    reasons = Counter(one.statuses[-1] for one in ledger.of("refused"))
    return [
        Row("operations acknowledged", f"{len(acknowledged)}: {_count(Counter(one.kind for one in acknowledged))}"),
        Row("of them repeated", str(sum(one.attempts > 1 for one in acknowledged))),
        Row("refused", f"{len(ledger.of('refused'))}: {_count(reasons)}"),
        Row("given up with unknown outcome", str(len(ledger.of("unknown")))),
        Row("longest time until an operation was acknowledged", f"{longest.seconds:.1f} s ({longest.kind})"),
        Row("reads", str(sum(ledger.reads.values()))),
        Row("of them refused", f"{refused.total()}: {_count(refused)}"),
    ]


def outcomes(ledger: Ledger, done: Counter[str], removed: set[str]) -> list[Row]:
    """`done` is mark → how often it was done. Imports of the `removed` sources are not looked for."""
    kept = [one for one in ledger.operations if one.kind != "purge" and not removed & set(one.subjects)]
    return [
        check("lost", (str(one) for one in kept if one.outcome == "acknowledged" and not done[one.mark])),
        check("doubled", (str(one) for one in kept if done[one.mark] > 1)),
        check("refused, but done", (str(one) for one in kept if one.outcome == "refused" and done[one.mark])),
        Row("unknown outcome, and done", str(sum(bool(done[one.mark]) for one in kept if one.outcome == "unknown"))),
        check("reads that were older than what had been acknowledged", ledger.stale),
        check("answers with 500", (str(one) for one in ledger.operations if _failed(one))),
    ]


def _failed(operation: Operation) -> bool:
    return any(status.startswith("500") for status in operation.statuses)


def _count(counts: Counter[str]) -> str:
    return ", ".join(f"{count} × {name}" for name, count in sorted(counts.items()))
