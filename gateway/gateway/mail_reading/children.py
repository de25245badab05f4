"""Reads mails in processes that have limits, so that no mail costs more than its own reading. Threads may share
them."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import LifoQueue
from subprocess import DEVNULL, PIPE, Popen
from typing import BinaryIO, cast

from pydantic import ValidationError

from gateway.mail_reading.mail import Mail
from gateway.mail_reading.worker import FORM, HEAD, LENGTH, READ

COMMAND = (sys.executable, "-I", "-m", "gateway.mail_reading.worker")
# What a mail may take at least, and for each million bytes of it. The wall is for a process that the machine starves.
CPU_SECONDS, CPU_PER_MEGABYTE = 2.0, 0.4
WALL_SECONDS, WALL_PER_MEGABYTE = 3.5, 1.0
# A process that starts reads its programs first, which takes longer on a machine that is busy.
START_SECONDS = 30.0


class Unreadable(Exception):
    """The mail could not be read, and will not be. The words are for administrators."""


class Ended(Exception):
    """The processes were closed while the mail was read, which says nothing about the mail."""


TOO_COMPLEX = "could not be read: too complex"
DIED = "could not be read: the process that reads died twice"


class Children:
    """So many processes. A mail waits for a free one."""

    def __init__(self, count: int = 1, command: tuple[str, ...] = COMMAND) -> None:
        self._closed = threading.Event()
        self._all = [Child(command, self._closed) for _ in range(count)]
        self._free: LifoQueue[Child] = LifoQueue()
        for child in self._all:
            self._free.put(child)

    def read_in_child(self, raw: bytes) -> Mail:
        """Raises Unreadable or Ended."""
        child = self._free.get()
        try:
            return child.read(raw)
        finally:
            self._free.put(child)

    def close(self) -> None:
        """Ends the processes, and with them what they are reading."""
        self._closed.set()
        for child in self._all:
            child.kill()
        for child in [self._free.get() for _ in self._all]:
            child.clear()
            self._free.put(child)


class Child:
    """One process. It starts with its first mail, and again after it has died."""

    def __init__(self, command: tuple[str, ...], closed: threading.Event) -> None:
        self._command, self._closed = command, closed
        self._process: Popen[bytes] | None = None
        self._too_late = False

    def read(self, raw: bytes) -> Mail:
        """Raises Unreadable or Ended."""
        if self._closed.is_set():
            raise Ended
        for _ in range(2):
            try:
                return self._read(raw)
            except (OSError, EOFError, ValidationError):
                status = self.clear()
                if self._closed.is_set():
                    raise Ended from None
                if status == -signal.SIGXCPU or self._too_late:
                    raise Unreadable(TOO_COMPLEX) from None
        raise Unreadable(DIED)

    def kill(self) -> None:
        if process := self._process:
            process.kill()

    def clear(self) -> int | None:
        """Ends the process, and returns with which status it ended."""
        process, self._process = self._process, None
        if process is None:
            return None
        if process.poll() is None:
            process.kill()
        process.communicate()
        return process.returncode

    def _read(self, raw: bytes) -> Mail:
        process = self._process or self._start()
        size = len(raw) / 1_000_000
        with self._within(WALL_SECONDS + WALL_PER_MEGABYTE * size, process):
            verdict, answer = _ask(process, raw, CPU_SECONDS + CPU_PER_MEGABYTE * size)
        if verdict != READ:
            raise Unreadable(TOO_COMPLEX)
        return FORM.validate_json(answer)

    def _start(self) -> Popen[bytes]:
        # It gets none of the secrets of this process: neither its environment nor its open files.
        process = self._process = Popen(self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={})
        with self._within(START_SECONDS, process):
            _ask(process, b"", 0)
        return process

    @contextmanager
    def _within(self, seconds: float, process: Popen[bytes]) -> Iterator[None]:
        def end() -> None:
            self._too_late = True
            process.kill()

        self._too_late = False
        timer = threading.Timer(seconds, end)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _ask(process: Popen[bytes], raw: bytes, seconds: float) -> tuple[bytes, bytes]:
    """Raises OSError or EOFError if the process ends meanwhile."""
    mails, answers = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
    mails.write(HEAD.pack(seconds, len(raw)))
    mails.write(raw)
    mails.flush()
    verdict = _exactly(answers, 1)
    (length,) = LENGTH.unpack(_exactly(answers, LENGTH.size))
    return verdict, _exactly(answers, length)


def _exactly(answers: BinaryIO, count: int) -> bytes:
    content = answers.read(count)
    if len(content) < count:
        raise EOFError
    return content
