"""Limits for a process that reads what strangers wrote."""

import math
import resource
import signal
from pathlib import Path


def confine(most_memory: int, cpu_seconds: int | None = None) -> None:
    """Limits this process to so many bytes of address space. After the seconds, the system ends it
    by SIGXCPU."""
    # Nothing of what it reads may stay in a file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    if cpu_seconds:
        # At the second of these two, which must be larger, it ends a process by SIGKILL.
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    # Ctrl-C in a terminal reaches every process. This one ends when the gateway ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def allow(cpu_seconds: float) -> None:
    """Lets this process compute for so many more seconds, and some part of one. Then the system ends it by SIGXCPU. It
    may be called again for the next thing to read."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime + cpu_seconds), hard))


def die_first() -> None:
    """Lets the system end this process before others when memory is short."""
    Path("/proc/self/oom_score_adj").write_text("1000")
