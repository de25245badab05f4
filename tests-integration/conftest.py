"""Starts the whole product as processes, on the servers of `with-servers` or on a test's own servers."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from harness import oracle
from harness.api import Api
from harness.browser import Windows, chromium
from harness.command_line import CommandLine, install
from harness.incidents import FILE, Desk, import_incidents, write_log, write_real_log
from harness.office import Office, open_office
from harness.truth import Truth
from playwright.sync_api import Browser, sync_playwright

from trackline_local.system import Backends, System
from trackline_testing.amounts import amount
from trackline_testing.backends import drop_databases, virtual_host

REAL_INCIDENTS = amount("REAL_INCIDENTS", short=100, long=500)

# Short waits, so that failure tests see the second attempt soon. The mechanisms are those of production.
QUICK = {
    "TRACKLINE_SWEEP_SECONDS": "0.3",
    "TRACKLINE_SWEEP_AGE_SECONDS": "1",
    "TRACKLINE_RETRY_DELAYS": "0.2,0.5,1",
    "TRACKLINE_GAP_SECONDS": "3",
    "TRACKLINE_MAIL_COLLAPSE_SECONDS": "0.5",
    "TRACKLINE_MAIL_CLAIM_SECONDS": "10",
    "TRACKLINE_MAIL_TIMEOUT_SECONDS": "4",
    "TRACKLINE_MAIL_RETRY_SECONDS": "1",
    "TRACKLINE_HEARTBEAT_SECONDS": "1",
    "TRACKLINE_ARGON2_TIME_COST": "1",
    "TRACKLINE_ARGON2_MEMORY_KIB": "8192",
    # Few people do here what thousands do elsewhere.
    "TRACKLINE_WRITES_PER_HOUR": "1000000",
}


@contextmanager
def running_system(folder: Path, backends: Backends | None = None, **environment: str) -> Iterator[System]:
    """Yields a system with its own databases and index and, on the shared servers, its own virtual host."""
    name = f"it{uuid4().hex[:8]}"
    own = {**QUICK, "TRACKLINE_DATABASE_PREFIX": name, "TRACKLINE_INDEX_PREFIX": name, **environment}
    if backends:
        # The caller removes these servers, and may have stopped them by now.
        with System(backends, folder, environment=own) as system:
            yield system
        return
    with virtual_host(name) as amqp_url:
        shared = Backends(
            amqp_url, os.environ["TRACKLINE_TEST_MONGODB_URL"], os.environ["TRACKLINE_TEST_ELASTICSEARCH_URL"]
        )
        with System(shared, folder, environment=own) as system:
            yield system
    drop_databases(name)


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """One system for all tests that leave it usable. Each test has its own people and tickets."""
    with running_system(tmp_path_factory.mktemp("system")) as one:
        yield one


@pytest.fixture(scope="session")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return install(tmp_path_factory.mktemp("command_line"))


@pytest.fixture(scope="session")
def admin(system: System) -> Iterator[Api]:
    with Api.sign_in(system.url, system.administrator.email, system.administrator.password) as api:
        api.wait_for_starter_pack()
        yield api


@pytest.fixture(scope="session")
def office(admin: Api) -> Iterator[Office]:
    with open_office(admin) as office:
        yield office


@pytest.fixture(scope="session", params=[False, True], ids=["our own file", "real incidents"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A system with imported incidents. Its tests do not change tickets, people or teams."""
    folder = tmp_path_factory.mktemp("desk")
    file = folder / "incidents.csv"
    if not request.param:
        write_log(file)
    elif FILE.exists():
        write_real_log(file, REAL_INCIDENTS)
    else:
        pytest.skip(f"{FILE} is not here: the project cannot contain it")
    with running_system(folder) as system:
        account = system.administrator
        with (
            Api.sign_in(system.url, account.email, account.password) as admin,
            closing(Truth(system, system.environment["TRACKLINE_DATABASE_PREFIX"])) as truth,
        ):
            admin.wait_for_starter_pack()
            output = import_incidents(system, file)
            yield Desk(system, admin, truth, file, oracle.histories(file), output)


@pytest.fixture
def agent(admin: Api) -> Iterator[Api]:
    """An agent who may reply in the Service Desk."""
    with admin.new_person("Alice Agent", {admin.team("Service Desk"): "reply"}) as api:
        yield api


@pytest.fixture
def requester(admin: Api) -> Iterator[Api]:
    with admin.new_person("Bob Requester") as api:
        yield api


@pytest.fixture
def stranger(admin: Api) -> Iterator[Api]:
    with admin.new_person("Charlie Stranger") as api:
        yield api


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield chromium(playwright)


@pytest.fixture
def windows(browser: Browser, system: System) -> Iterator[Windows]:
    windows = Windows(browser, system.url)
    yield windows
    assert windows.complaints == []
