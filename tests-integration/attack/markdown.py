"""Articles whose formatting costs much more than their length says, written by an agent."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
from harness.api import Api
from harness.pages import Pages

from attack.target import Figure, Target

VIEWS, AT_ONCE = 100, 8
COSTLY = "![" * 99_000
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def attack(target: Target) -> Iterator[Figure]:
    agent = target.admin.new_person("Agent Smith", {target.admin.team("Service Desk"): "reply"})
    readable = agent.post("/articles", {"title": "Wifi", "body": "Use the **blue** one.", "state": "published"})
    costly = agent.post("/articles", {"title": "Costly", "body": COSTLY, "state": "published"})
    reader = target.admin.new_person("Reader Jones")
    path = f"/api/v1/articles/{readable['number']}"
    with target.watch() as alive, target.watch(path, reader.token) as reading:
        _view(target, reader, f"/a/{costly['number']}")
        _preview(target, agent)
        _save_again(agent, costly["number"])
    yield Figure("M2: p99 of /livez during 100 views of a costly article", "s", 4.5, alive.percentile(0.99), 0.3)
    yield Figure("M2: longest wait for /livez", "s", 8.7, max(alive.seconds), 1)
    yield Figure("M2: p99 of reading another article meanwhile", "s", 8.7, reading.percentile(0.99), 0.5)


def _view(target: Target, reader: Api, path: str) -> None:
    pages = Pages(target.url, reader)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert {answer.status_code for answer in pool.map(pages.get, [path] * VIEWS)} == {200}
    pages.close()


def _preview(target: Target, agent: Api) -> None:
    """Each preview is another text, so that none is known already."""
    pages = Pages(target.url, agent)
    token = _CSRF.search(pages.get("/desk/articles/new").text)
    assert token
    headers = {"Cookie": pages.cookies}

    def show(number: int) -> int:
        form = {"csrf_token": token[1], "title": "Costly", "body": f"{number} {COSTLY}"}
        address = f"{target.url}/desk/articles/preview"
        return httpx.post(address, data=form, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert set(pool.map(show, range(AT_ONCE * 3))) == {200}
    pages.close()


def _save_again(agent: Api, number: str) -> None:
    """Each version is read by the indexer."""
    for version in range(5):
        agent.patch(f"/articles/{number}", {"body": f"{version} {COSTLY}"})
        time.sleep(0.5)
