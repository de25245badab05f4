"""Files that nobody can judge."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

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


@causes("TracklineFilesNotJudged")
def judges_that_die(scene: Scene) -> Iterator[None]:
    """Each process that looks through a file is killed while it works, and somebody uploads files."""
    document = BytesIO()
    with ZipFile(document, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    content, gateway = document.getvalue(), scene.system.pid("gateway")
    with (
        repeating(lambda: _kill_judges(gateway), pause=0.01),
        repeating(lambda: scene.requester.http.post("/files?name=notes.docx", content=content)),
    ):
        yield


def _kill_judges(gateway: int | None) -> None:
    for child in Path(f"/proc/{gateway}/task/{gateway}/children").read_text().split():
        with suppress(FileNotFoundError, ProcessLookupError):
            if b"gateway.judge.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)
