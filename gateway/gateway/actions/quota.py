"""How much one person may write and upload, so that nobody fills the stores: not by mistake, and not with a stolen key.

An agent may do 20 times as much as a requester, because agents work on many tickets, and scripts mostly use an agent's
key. Administrators import whole systems, and so their writes have no limit.
"""

import time
from collections import Counter

from gateway.files.allowance import Allowance
from gateway.kit.settings import Settings
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.viewer import Viewer

STAFF = 20
WINDOW = 3600.0
# The first only marks what was read, and the second has a limit of its own.
_FREE = frozenset({"inbox.read", "file.upload"})


class Quota:
    """Counts writes in the memory of this gateway: asking a store would cost each write as much as a read. With several
    gateways a person may do that much on each."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._counts: Counter[str] = Counter()
        self._ends = time.monotonic() + WINDOW

    def count(self, viewer: Viewer, operation: str) -> None:
        """Raises ServiceError throttled."""
        if operation in _FREE or viewer.admin:
            return
        now = time.monotonic()
        if now >= self._ends:
            self._counts.clear()
            self._ends = now + WINDOW
        most = self._settings.writes_per_hour * _factor(viewer)
        if self._counts[viewer.id] >= most:
            wait = {"retry_after": int(self._ends - now) + 1}
            raise refuse(reasons.requests.TOO_MANY_WRITES, detail=wait, most=most)
        self._counts[viewer.id] += 1

    def uploads(self, viewer: Viewer) -> Allowance:
        files = self._settings.uploads_per_hour * _factor(viewer)
        return Allowance(files, self._settings.stored_bytes_per_person * _factor(viewer))


def _factor(viewer: Viewer) -> int:
    return STAFF if viewer.agent else 1
