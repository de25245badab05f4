"""Many people write into one ticket at the same moment, as after a mail to everybody. Two replicas serve them."""

from concurrent.futures import ThreadPoolExecutor

from pymongo.database import Database

from trackline_chassis.mongo import Document
from trackline_chassis.settings import ChassisSettings

from .stores import in_mongo
from .world import ALICE, BOB

PEOPLE, COMMENTS = 16, 5


def test_nobody_is_refused_because_others_write_too(store: Database[Document], settings: ChassisSettings) -> None:
    replicas = [in_mongo(store, settings)[0] for _ in range(2)]
    ticket = replicas[0].create(BOB)

    def write(person: int) -> None:
        for place in range(COMMENTS):
            replicas[person % 2].say(ticket, ALICE, f"{person}.{place}")

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(write, range(PEOPLE)))
    stored = replicas[0].tickets.by_number(ticket.number)
    assert stored
    assert stored.ticket.version == 1 + PEOPLE * COMMENTS
    texts = [event.data["comment"]["text"] for event in replicas[1].tickets.events(stored, 1)]
    assert sorted(texts) == sorted(f"{person}.{place}" for person in range(PEOPLE) for place in range(COMMENTS))
