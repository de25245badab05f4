"""The tickets of `make bench-against`: about 80 words each. Each word that is searched for is in one of a hundred."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from harness.api import Api

WRITERS = 4
# An installation's name, which has digits, and an ordinary word: people search for both.
NAMES, SYLLABLES = "asset{:03}", ("ba", "del", "for", "gin", "kos", "lum", "mer", "pra", "sti", "von")


def searched(tickets: int) -> list[str]:
    """Returns the words to search for among so many tickets."""
    return [_word(number) for number in range(max(tickets // 25, 2))]


def fill(agent: Api, tickets: int) -> list[str]:
    """Opens the tickets, and returns their numbers. Each has two of the searched words."""
    words = searched(tickets)
    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(lambda number: _open(agent, words, number), range(tickets)))


def _open(agent: Api, words: Sequence[str], number: int) -> str:
    # The words alternate between both kinds, so that two neighbours are one of each.
    pair = [words[2 * number % len(words)], words[(2 * number + 1) % len(words)]]
    ordinary = f"The printer on floor {number % 9} answers with error {number} since this morning, and paper is in it. "
    description = f"{ordinary * 4}It stands beside {pair[0]} and {pair[1]}."
    opened = agent.new_ticket(f"Printer {number} on floor {number % 9}", description=description)
    return str(opened["number"])


def _word(number: int) -> str:
    if number % 2 == 0:
        return NAMES.format(number // 2)
    return "".join(SYLLABLES[int(digit)] for digit in f"{number // 2:03}")
