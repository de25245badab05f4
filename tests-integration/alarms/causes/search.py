"""An Elasticsearch that is away, or that hangs."""

from collections.abc import Iterator

from alarms.cause import causes
from alarms.world import Scene, repeating


@causes("TracklineSearchDegraded")
def searches_without_elasticsearch(scene: Scene) -> Iterator[None]:
    """People go on searching after Elasticsearch was killed."""
    with repeating(lambda: scene.agent.get("/search", q="printer")):
        scene.servers.elasticsearch.kill()
        yield


@causes("TracklineSearchBehind")
def frozen_index(scene: Scene) -> Iterator[None]:
    """Elasticsearch is frozen when a ticket is opened."""
    scene.servers.elasticsearch.pause()
    scene.requester.new_ticket("A ticket that waits for the index")
    yield
