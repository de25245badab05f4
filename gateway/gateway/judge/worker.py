"""Judges the file that is its input, under the name in NAME: `python -m gateway.judge.worker`. The status at its end is
the verdict. For a document that holds a program, it says the name of that."""

import os
import sys

from gateway.judge.budget import TooCostly
from gateway.judge.judge import Judge
from gateway.kit.confined import confine, die_first

CLEAN, PROGRAM, COSTLY = 0, 10, 11
CPU_SECONDS = 15
# so many letters of the name of a part
LONGEST_PART = 400
# Address space in bytes. The process itself takes a fifth of it.
MOST_MEMORY = 256_000_000


def main() -> int:
    confine(MOST_MEMORY, CPU_SECONDS)
    die_first()
    # The gateway comes first.
    os.nice(10)
    with open(0, "rb") as file:
        judge = Judge(file.seek(0, 2))
        try:
            is_program = judge.is_program(file, os.environb[b"NAME"].decode())
        except (TooCostly, MemoryError, RecursionError):
            return COSTLY
    if not is_program:
        return CLEAN
    sys.stderr.buffer.write(judge.part[-LONGEST_PART:].encode(errors="replace"))
    return PROGRAM


if __name__ == "__main__":
    sys.exit(main())
