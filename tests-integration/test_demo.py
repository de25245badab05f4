"""One command adds the demonstration data and another removes it, without touching other data."""

from collections.abc import Iterator

import pytest
from conftest import running_system
from harness.agreement import EVER
from harness.api import Api, wait_for
from harness.command_line import CommandLine

from trackline_local.system import System

pytestmark = pytest.mark.timeout(300)
STATES = {"new", "open", "pending", "on_hold", "resolved", "closed", "cancelled"}
DEMO_ONLY = {"filter[source]": "demo"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[System, Api]]:
    with running_system(tmp_path_factory.mktemp("demo")) as system:
        account = system.administrator
        with Api.sign_in(system.url, account.email, account.password) as admin:
            admin.wait_for_starter_pack()
            yield system, admin


def test_it_is_added_once_and_removed_again(desk: tuple[System, Api], command_line: CommandLine) -> None:
    system, admin = desk

    def demo(*options: str, **variables: str) -> str:
        """Runs the command like `make demo`."""
        account = system.administrator
        signing_in = {"TRACKLINE_EMAIL": account.email, "TRACKLINE_PASSWORD": account.password}
        return command_line.run("demo", "--yes", *options, TRACKLINE_URL=system.url, **signing_in, **variables)

    own = admin.new_ticket("Ours stays")
    articles = {article["title"] for article in _published(admin)}
    assert "300 created" in demo(TRACKLINE_DEMO_PASSWORD="four quokkas look around")
    _assert_there(admin, len(articles) + 20)
    with Api.sign_in(system.url, "ines.keller@demo.example", "four quokkas look around") as agent:
        assert agent.all("/tickets", **DEMO_ONLY)
    assert "0 created" in demo()
    _assert_there(admin, len(articles) + 20)
    assert "300 tickets removed" in demo("--remove")
    assert admin.all("/tickets", **DEMO_ONLY) == []
    assert admin.all("/users", q="@demo.example", active="true") == []
    assert {article["title"] for article in _published(admin)} == articles
    assert admin.get(f"/tickets/{own['number']}")["version"] == own["version"]
    wait_for(lambda: _created(admin) == 0)
    assert "300 created" in demo()
    _assert_there(admin, len(articles) + 20)


def _assert_there(admin: Api, articles: int) -> None:
    tickets = admin.all("/tickets", **DEMO_ONLY)
    assert (len(tickets), {ticket["state"] for ticket in tickets}) == (300, STATES)
    assert len(admin.all("/users", q="@demo.example", active="true")) == 40
    assert len(_published(admin)) == articles
    wait_for(lambda: _created(admin) == 300)


def _published(admin: Api) -> list[dict[str, str]]:
    return admin.all("/articles", **{"filter[state]": "published"})


def _created(admin: Api) -> int:
    counts = admin.get("/analytics/summary", **EVER, **DEMO_ONLY)
    created: int = counts["total"]["created"] + sum(counts["excluded"].values())
    return created
