"""The loop that sends changed search documents to Elasticsearch, also after an outage."""

from collections.abc import Sequence
from threading import Event as Stop

import structlog

from knowledge.domain.document import Document
from knowledge.usecases import index, rebuild
from knowledge.usecases.breaker import Breaker
from knowledge.usecases.ports import IndexMissing, IndexUnavailable, Ports, Sent, Target

log = structlog.get_logger()

AT_ONCE = 500
PAUSE = 0.1
LONGEST_PAUSE = 5.0
TURNS_BETWEEN_LOOKS = 10


class Indexer:
    """Runs on every replica, because the index keeps the highest `rev` in any case. Reports successes and failures to
    the breaker."""

    def __init__(self, ports: Ports, breaker: Breaker) -> None:
        self._ports = ports
        self._breaker = breaker
        self._turns = 0

    def run(self, stop: Stop) -> None:
        pause = PAUSE
        while not stop.wait(pause):
            try:
                pause = self.turn()
            except IndexUnavailable as error:
                log.warning("Elasticsearch is not available; changes wait", error=str(error))
                pause = min(max(pause, PAUSE) * 2, LONGEST_PAUSE)

    def turn(self) -> float:
        """Sends one batch and returns the seconds to wait before the next. Raises IndexUnavailable."""
        waiting = list(self._ports.documents.dirty(AT_ONCE))
        self._turns += 1
        # If there is nothing to send, an occasional lookup is enough to notice that an index was lost.
        if not waiting and self._turns % TURNS_BETWEEN_LOOKS != 1:
            return PAUSE
        try:
            sent = send_dirty(self._ports, waiting)
        except IndexMissing:
            # The index was swapped or lost after the lookup. The next turn looks it up again.
            return PAUSE
        except IndexUnavailable:
            self._breaker.record_failure()
            raise
        self._breaker.record_success()
        return 0.0 if sent and len(waiting) == AT_ONCE else PAUSE


def send_dirty(ports: Ports, waiting: Sequence[Document]) -> bool:
    """Sends the documents to each index. Begins a rebuild if no index answers searches, or if an index lacks fields of
    this release and cannot be extended. Returns whether anything was sent. Raises IndexUnavailable."""
    # This lookup must come after the documents were read, because an index that is created later gets newer ones.
    writer = index.writer(ports)
    indices = writer.indices()
    named: dict[Target, str | None] = {"next": indices.next, "current": indices.current}
    targets: dict[Target, str] = {target: name for target, name in named.items() if name}
    able = [writer.extend(name) for name in targets.values()]
    if indices.current is None or not all(able):
        rebuild.begin(ports)
    if not waiting or not targets:
        return False
    done = [index.send(ports, waiting, target) for target in targets]
    ports.documents.clear(_taken_by_all(done))
    return True


def _taken_by_all(done: Sequence[Sent]) -> dict[str, int]:
    taken = {key: rev for key, rev in done[0].taken.items() if all(key in one.taken for one in done)}
    if not (taken or any(one.refused for one in done)):
        raise IndexUnavailable("Elasticsearch took none of the documents")
    return taken
