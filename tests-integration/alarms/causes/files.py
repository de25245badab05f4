"""Files that nobody can judge."""

from collections.abc import Iterator

from harness.api import wait_for

from alarms.cause import causes
from alarms.world import Scene, repeating
from trackline_local.ports import free_port


@causes("TracklineFileScannerDown")
def scanner_that_is_away(scene: Scene) -> Iterator[None]:
    """The gateway has a scanner that does not answer, and somebody uploads files."""
    program = scene.system.programs["gateway"]
    environment = program.environment
    program.environment = {**(environment or {}), "TRACKLINE_FILE_SCANNER": f"tcp://127.0.0.1:{free_port()}"}
    try:
        scene.system.restart("gateway")
        # Prometheus must see the counter before it rises.
        wait_for(lambda: scene.prometheus.query('trackline_gateway_file_scans_total{outcome="failed"} == 0'))
        with repeating(lambda: scene.requester.http.post("/files?name=notes.txt", content=b"Some notes")):
            yield
    finally:
        program.stop()
        program.environment = environment
