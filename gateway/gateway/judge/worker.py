"""Judges the file that is its input, under the name in NAME: `python -m gateway.judge.worker`. The status at its end is
the verdict. Whatever else ends it says that the file costs too much."""

import os
import sys
from pathlib import Path

from gateway.judge.budget import TooCostly
from gateway.judge.judge import Judge
from gateway.kit.confined import confine

CLEAN, PROGRAM, COSTLY = 0, 10, 11
CPU_SECONDS = 15
# Address space in bytes. The process itself takes a fifth of it.
MOST_MEMORY = 256_000_000


def main() -> int:
    confine(MOST_MEMORY, CPU_SECONDS)
    # The gateway comes first, for the processor and when memory is short.
    os.nice(10)
    Path("/proc/self/oom_score_adj").write_text("1000")
    with open(0, "rb") as file:
        try:
            is_program = Judge(file.seek(0, 2)).is_program(file, os.environb[b"NAME"].decode())
        except (TooCostly, MemoryError, RecursionError):
            return COSTLY
    return PROGRAM if is_program else CLEAN


if __name__ == "__main__":
    sys.exit(main())
