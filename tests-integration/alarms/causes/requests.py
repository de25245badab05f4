"""Requests that fail, or that take too long."""

from collections.abc import Iterator
from threading import Event, Thread

from alarms.cause import causes
from alarms.world import Scene, repeating
from trackline_local.program import Program


@causes("TracklineErrors")
def reads_without_a_store(scene: Scene) -> Iterator[None]:
    """People go on reading while MongoDB is frozen."""
    with repeating(lambda: scene.agent.get("/tickets"), threads=4):
        scene.servers.mongodb.pause()
        yield


@causes("TracklineSlow")
def reads_from_a_slow_service(scene: Scene) -> Iterator[None]:
    """tickets stands still for 1.2 s of each 1.5 s while people read."""
    stop = Event()
    brake = Thread(target=_stutter, args=[scene.system.programs["tickets"], stop], daemon=True)
    with repeating(lambda: scene.agent.get("/tickets"), threads=4):
        brake.start()
        try:
            yield
        finally:
            stop.set()
            brake.join(10)


def _stutter(program: Program, stop: Event) -> None:
    while not stop.wait(0.3):
        program.pause()
        stop.wait(1.2)
        program.resume()
