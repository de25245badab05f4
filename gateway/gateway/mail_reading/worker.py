"""Reads one mail after another until its input ends: `python -m gateway.mail_reading.worker`.

A mail comes as the seconds of CPU that it may take (8 bytes), its length (8 bytes, big-endian) and its bytes. The
answer is one byte, its length, and JSON: `+` and what was read, or `-` and nothing if the mail needs too much memory.
A mail that takes longer ends the process.
"""

import struct
import sys
from typing import BinaryIO

from pydantic import TypeAdapter

from gateway.kit.confined import allow, confine, die_first
from gateway.mail_reading.mail import Mail
from gateway.mail_reading.read import read

HEAD = struct.Struct(">dQ")
LENGTH = struct.Struct(">Q")
READ, COSTLY = b"+", b"-"
# Address space in bytes. A mail of 35 MB takes half of it.
MOST_MEMORY = 800_000_000
FORM = TypeAdapter(Mail)


def main() -> None:
    confine(MOST_MEMORY)
    die_first()
    # What a first mail needs besides its own time: imports and patterns.
    read(b"From: a@example.org\n\n")
    serve(sys.stdin.buffer, sys.stdout.buffer)


def serve(mails: BinaryIO, answers: BinaryIO) -> None:
    while head := mails.read(HEAD.size):
        seconds, length = HEAD.unpack(head)
        raw = mails.read(length)
        if seconds:
            allow(seconds)
        verdict, answer = _answer(raw)
        answers.write(verdict + LENGTH.pack(len(answer)))
        answers.write(answer)
        answers.flush()


def _answer(raw: bytes) -> tuple[bytes, bytes]:
    try:
        return READ, FORM.dump_json(read(raw))
    except (MemoryError, RecursionError):
        return COSTLY, b""


if __name__ == "__main__":
    main()
