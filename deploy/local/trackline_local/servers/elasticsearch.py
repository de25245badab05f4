from pathlib import Path

import httpx

from trackline_local import tools
from trackline_local.process import Process
from trackline_local.servers.base import Server

_JAVA = [
    "-Xms128m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dfile.encoding=UTF-8",
    "-Djava.awt.headless=true",
    "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
]


class Elasticsearch(Server):
    name = "Elasticsearch"
    setting = "TRACKLINE_ELASTICSEARCH_URL"

    def __init__(
        self, folder: Path, port: int | None = None, log: Path | None = None, heap_megabytes: int = 512
    ) -> None:
        super().__init__(folder, port, log)
        self._heap = heap_megabytes

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
            f"-Xmx{self._heap}m",
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
