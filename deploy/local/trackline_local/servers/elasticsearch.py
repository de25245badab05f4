from pathlib import Path

import httpx
import psutil

from trackline_local import tools
from trackline_local.process import Process
from trackline_local.servers.base import Server

_JAVA = [
    "-Xms128m",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dfile.encoding=UTF-8",
    "-Djava.awt.headless=true",
    "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
]
# The second compiler makes the start a second slower. After a few thousand searches, each takes a third less CPU.
_BRIEF = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
_SMALL = ["-XX:+UseSerialGC", "-Xmx512m"]
_LARGE = ["-XX:+UseParallelGC", "-Xmx1g"]
_LARGE_MACHINE = 7_500_000_000


class Elasticsearch(Server):
    """With `brief_heap` (MB) it starts quickly and stays small, as tests need it. Otherwise it takes what makes
    searches quick on this machine."""

    name = "Elasticsearch"
    setting = "TRACKLINE_ELASTICSEARCH_URL"

    def __init__(
        self, folder: Path, port: int | None = None, log: Path | None = None, brief_heap: int | None = None
    ) -> None:
        super().__init__(folder, port, log)
        self._memory = _memory(brief_heap)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        try:
            health = httpx.get(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=3)
        except httpx.TransportError:
            return False
        return health.status_code == httpx.codes.OK

    def _prepare(self) -> Process:
        home = tools.elasticsearch()
        for name in ("config", "data", "logs", "tmp"):
            (self.folder / name).mkdir(exist_ok=True)
        java = [
            *_JAVA,
            *self._memory,
            f"-Djava.io.tmpdir={self.folder / 'tmp'}",
            f"-Des.nativelibs.path={home / 'native'}",
        ]
        settings = {
            "path.home": home,
            "path.data": self.folder / "data",
            "path.logs": self.folder / "logs",
            "cluster.name": "trackline",
            "node.name": "trackline",
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": self.port,
            "transport.port": 0,
            # laptops often have nearly full disks, which would make every index read-only
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        launcher = [
            "-cp",
            f"{home / 'lib'}/*:{home / 'build/Launcher'}",
            "Launcher",
            str(self.folder / "config"),
        ]
        arguments = [f"{key}={value}" for key, value in settings.items()]
        return Process(self.name, ["java", *java, *launcher, *arguments], self._log)


def _memory(brief_heap: int | None) -> list[str]:
    if brief_heap:
        return [*_BRIEF, f"-Xmx{brief_heap}m"]
    return _LARGE if psutil.virtual_memory().total > _LARGE_MACHINE else _SMALL
