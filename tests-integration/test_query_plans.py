"""No screen makes MongoDB scan a collection that grows."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from harness.api import Api
from harness.office import Office
from harness.pages import Pages
from harness.screens import screens
from harness.truth import Truth

from trackline_local.packages import IMAGES
from trackline_local.system import System

# Small collections that are read as a whole and cached.
SMALL = {"categories", "reply_templates", "teams", "organisation", "generations"}
SCANS = {"planSummary": {"$regex": "COLLSCAN"}}


@contextmanager
def collection_scans(truth: Truth) -> Iterator[dict[str, str]]:
    """Yields service.collection → command of the collection scans within the block."""
    databases = {service: truth.database(service) for service in IMAGES}
    found: dict[str, str] = {}
    for database in databases.values():
        database.command("profile", 1, slowms=-1, filter=SCANS)
    yield found
    for service, database in databases.items():
        database.command("profile", 0, filter="unset")
        for row in database["system.profile"].find():
            name = row["ns"].partition(".")[2]
            if name not in SMALL:
                found[f"{service}.{name}"] = str(row["command"])


def test_no_screen_scans_a_collection(system: System, admin: Api, office: Office) -> None:
    with closing(Truth(system, system.environment["TRACKLINE_DATABASE_PREFIX"])) as truth:
        shown = screens(office, admin)
        visits = {who: Pages(system.url, who) for who in {one.who for one in shown}}
        with collection_scans(truth) as scanned:
            for screen in shown:
                answer = visits[screen.who].get(screen.path)
                assert answer.status_code < 500, screen.name
            # This scan must be found.
            truth.database("tickets").tickets.find_one({"title": "none"})
        for visit in visits.values():
            visit.close()
    assert scanned.keys() == {"tickets.tickets"}, scanned
