"""A circuit breaker: while Elasticsearch is down, searches do not wait for its timeout."""

from collections.abc import Callable
from threading import Lock

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 10.0


class Breaker:
    """`monotonic` returns seconds. A failure opens the breaker for 1 s, and each further one doubles that, up to 10 s.
    When the time is over, one caller may try."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._pause = 0.0
        self._until = 0.0

    @property
    def open(self) -> bool:
        return self._pause > 0

    def allows(self) -> bool:
        with self._lock:
            if not self.open:
                return True
            if self._monotonic() < self._until:
                return False
            # While this caller tries, the others must wait.
            self._until = self._monotonic() + self._pause
            return True

    def record_failure(self) -> None:
        with self._lock:
            self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
            self._until = self._monotonic() + self._pause

    def record_success(self) -> None:
        with self._lock:
            self._pause = 0.0
