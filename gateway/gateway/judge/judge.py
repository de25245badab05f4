"""Judges a file, and with the same function each part of a document, each file that somebody dragged into one, and each
object."""

from io import BytesIO
from typing import IO

from gateway.judge import archives, objects
from gateway.judge.budget import LETTER, Budget
from gateway.judge.markup import opens_as_markup, opens_in_office
from gateway.judge.programs import HEAD, SECTOR, TAIL, ends_like_disk, starts_like_binary, starts_like_program
from gateway.judge.rich_text import has_objects, is_rich_text
from gateway.kit.endings import BLOCKED, named_like_program

OLE = objects.OLE
# A document may hold a page as one of its chapters.
_NOT_IN_DOCUMENTS = frozenset(BLOCKED) - {"mht", "mhtml"}


def must_be_read(head: bytes, name: str) -> bool:
    """Tells whether only the whole file says what is in it."""
    return head.startswith(OLE) or archives.is_archive(head, name) or is_rich_text(head, name)


class Judge:
    """`part` is the name of what makes a document a program, if it has one."""

    def __init__(self, size: int) -> None:
        self._budget = Budget(size)
        self.part = ""

    def is_program(self, file: IO[bytes], name: str) -> bool:
        """Raises TooCostly."""
        head = _read(file, 0, HEAD)
        if starts_like_program(head) or _is_disk(file):
            return True
        if is_rich_text(head, name) and has_objects(file):
            return True
        return self._holds_program(file, head, name)

    def _holds_program(self, file: IO[bytes], head: bytes, name: str) -> bool:
        is_object = head.startswith(OLE)
        if not is_object and not archives.is_archive(head, name):
            return False
        with self._budget:
            if is_object:
                return self._is_in_object(file)
            return archives.is_program(file, name, self._budget, self._is_part_program)

    def _is_in_object(self, file: IO[bytes]) -> bool:
        if objects.has_macros(file):
            return True
        parts = objects.list_parts(file, self._budget)
        return any(
            self._is_nameless_program(content) if names is None else self._is_packed_program(content, names)
            for names, content in parts
        )

    def _is_packed_program(self, content: bytes, names: list[str]) -> bool:
        is_program = self._opens_as_program(content, names)
        if is_program and names is not objects.NAMELESS_PROGRAM[0]:
            self._tell(names[0])
        return is_program

    def _tell(self, name: str) -> None:
        """Keeps the name of what is inmost, because that is what somebody put in."""
        self.part = self.part or name

    def _opens_as_program(self, content: bytes, names: list[str]) -> bool:
        """Windows opens such a file at a double click, under one of its names. Markup would run, because a file in a
        document cannot be kept as text."""
        head, different = content[:HEAD], list(dict.fromkeys(names))
        self._budget.spend(LETTER * sum(map(len, different)))
        if any(named_like_program(name, BLOCKED) or (name and opens_as_markup(head, name)) for name in different):
            return True
        return any(self.is_program(BytesIO(content), name) for name in different)

    def _is_nameless_program(self, content: bytes) -> bool:
        """Nothing opens a stream by its name, so it is a program only by its bytes."""
        # In more bytes than these, an ordinary stream may look like a program by chance.
        head = content[:512]
        if starts_like_binary(head) or (is_rich_text(head, "") and has_objects(BytesIO(content))):
            return True
        return head.startswith((OLE, archives.ZIP)) and self._holds_program(BytesIO(content), head, "")

    def _is_part_program(self, file: IO[bytes], name: str) -> bool:
        """A document consists of markup, so only what Office opens by its own names is refused."""
        self._budget.spend(LETTER * len(name))
        is_opened = named_like_program(name, _NOT_IN_DOCUMENTS) or opens_in_office(_read(file, 0, HEAD), name)
        if is_opened or self.is_program(file, name):
            self._tell(name)
            return True
        return False


def _read(file: IO[bytes], at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _is_disk(file: IO[bytes]) -> bool:
    sector = _read(file, SECTOR, 5)
    return ends_like_disk(sector, _read(file, max(0, file.seek(0, 2) - TAIL), TAIL))
