"""What judging one file may cost, with everything that is in it."""

# What a file may unpack beyond its own size: this much, and so many times its size.
MOST_UNPACKED, TIMES = 50_000_000, 20
# how many documents may stand in one another
DEEPEST = 5
# what a part or a stream costs at least, in bytes; what a letter of a name does, and a place where a program may begin
LEAST, LETTER, BEGINNING = 512, 64, 32


class TooCostly(Exception):
    """The file holds more than is looked at."""


class Budget:
    def __init__(self, size: int) -> None:
        self._left = MOST_UNPACKED + TIMES * size
        self._depth = -1

    def spend(self, size: int) -> None:
        """Raises TooCostly."""
        self._left -= max(size, LEAST)
        if self._left < 0:
            raise TooCostly

    @property
    def left(self) -> int:
        return self._left

    def __enter__(self) -> None:
        """Looks into a document. Raises TooCostly."""
        if self._depth == DEEPEST:
            raise TooCostly
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
