"""Prints how many replies are folded well: of the half that the rules were made with, and of the other."""

import sys
from collections.abc import Sequence
from pathlib import Path

from bench.folding.cases import DATA, Outcome, outcomes


def main() -> None:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    if not data.exists():
        sys.exit(f"error: {data} is not there. Name the folder of the mails as the argument.")
    for labels in ("first_half.txt", "second_half.txt"):
        report(labels.removesuffix(".txt").replace("_", " "), list(outcomes(labels, data)))


def report(name: str, found: Sequence[Outcome]) -> None:
    quoting = [one for one in found if one.rest is not None]
    signed = [one for one in found if one.signed is not None]
    _say(f"{name}: {len(found)} replies")
    for kind, some in (("all", found), ("with a quote", quoting)):
        _say(f"  {kind + ':':14} every own word visible {_share([one.own for one in some])}")
        _say(f"  {'':14} almost clean           {_share([one.clean for one in some])}")
        _say(f"  {'':14} exact                  {_share([one.exact for one in some])}")
    _say(f"  signatures:    folded                 {_share([not one.signed for one in signed])}")
    for one in found:
        if not one.exact:
            own = "kept" if one.own else "LOST"
            left = f"{one.rest or 0:.0%} of the quote, {one.signed or 0:.0%} of the signature"
            _say(f"    {one.name}: own words {own}, left {left}")


def _share(values: Sequence[bool]) -> str:
    return f"{sum(values)} of {len(values)} ({sum(values) / len(values):.1%})" if values else "none"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
