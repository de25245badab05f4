"""A process or a server that is away, or that hangs."""

from collections.abc import Iterator

from alarms.cause import causes
from alarms.world import Scene, repeating


@causes("TracklineProcessDown")
def killed_service(scene: Scene) -> Iterator[None]:
    """knowledge is killed."""
    scene.system.kill("knowledge")
    yield


@causes("TracklineProcessMissing")
def missing_service(scene: Scene) -> Iterator[None]:
    """knowledge is stopped, and the discovery of Prometheus finds it no longer."""
    scene.system.programs["knowledge"].stop()
    scene.prometheus.discover("knowledge")
    yield


@causes("TracklineNotReady")
def frozen_store(scene: Scene) -> Iterator[None]:
    """MongoDB is frozen (SIGSTOP)."""
    scene.servers.mongodb.pause()
    yield


@causes("TracklineBrokerLost")
def killed_broker(scene: Scene) -> Iterator[None]:
    """RabbitMQ is killed."""
    scene.servers.rabbitmq.kill()
    yield


@causes("TracklineBrokerFull")
def full_disk_of_the_broker(scene: Scene) -> Iterator[None]:
    """RabbitMQ believes that its disk is full, and somebody lists tickets."""
    scene.servers.rabbitmq.alarm("disk", True)
    try:
        # RabbitMQ blocks a connection at its first message during the alarm.
        with repeating(lambda: scene.agent.get("/tickets")):
            yield
    finally:
        scene.servers.rabbitmq.alarm("disk", False)
