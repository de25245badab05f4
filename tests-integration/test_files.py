"""A file in the whole product: it is uploaded, attached, and fetched only by those who may read it."""

import os
from typing import Any

from harness.api import Api

LARGE = os.urandom(3_000_000)


def upload(who: Api, name: str, content: bytes) -> Any:
    headers = {"Content-Type": "application/octet-stream"}
    answer = who.http.post("/files", params={"name": name}, content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_file_goes_where_its_comment_goes(agent: Api, requester: Api, stranger: Api) -> None:
    log = upload(requester, "trace.log", LARGE)
    assert log["size"] == len(LARGE)
    body = {"title": "It crashes", "description": "The log is attached.", "attachments": [log["id"]]}
    number = requester.post("/tickets", body)["number"]
    secret = upload(agent, "analysis.txt", b"He broke it himself.")
    note = {"text": "See the analysis.", "visibility": "internal", "attachments": [secret["id"]]}
    agent.post(f"/tickets/{number}/comments", note)

    seen = [comment["attachments"] for comment in requester.all(f"/tickets/{number}/comments")]
    assert seen == [[log]]
    assert secret["id"] not in str(requester.all(f"/tickets/{number}/events"))
    answers = {
        (who.me["id"], one["id"]): who.http.get(f"/tickets/{number}/attachments/{one['id']}")
        for who in (agent, requester, stranger)
        for one in (log, secret)
    }
    assert answers[agent.me["id"], log["id"]].content == LARGE
    assert answers[requester.me["id"], log["id"]].content == LARGE
    assert answers[agent.me["id"], secret["id"]].content == b"He broke it himself."
    refused = [answer.status_code for answer in answers.values() if not answer.is_success]
    assert refused == [404, 404, 404]


def test_an_article_comes_back_as_it_was(agent: Api, requester: Api) -> None:
    first = {"title": "Docking station", "body": "Unplug it, wait, plug it in.", "state": "published"}
    number = agent.post("/articles", first)["number"]
    agent.patch(f"/articles/{number}", {"body": "Buy a new one."})
    versions = agent.all(f"/articles/{number}/versions")
    assert [(one["version"], one["changed"]) for one in versions] == [(2, ["body"]), (1, [])]
    (difference,) = agent.get(f"/articles/{number}/diff", earlier=1, later=2)["fields"]
    assert "".join(part["text"] for part in difference["parts"] if part["op"] != "added") == first["body"]
    agent.post(f"/articles/{number}/restore", {"version": 1})
    assert requester.get(f"/articles/{number}")["body"] == first["body"]
    assert requester.http.get(f"/articles/{number}/versions").status_code == 403
