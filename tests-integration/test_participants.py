"""A participant gets a ticket by every way out that its requester has, and nothing of what is internal. Whoever is
removed gets nothing more by any of them."""

from collections.abc import Mapping
from uuid import uuid4

import httpx
from harness.api import Api, wait_for
from harness.live import Listener

from gateway.mailbox.store import list_mails
from trackline_local.system import System

# Where each word of the texts would be found by somebody who may not read it.
OF_THE_TICKET = ("/tickets/{number}", "/tickets/{number}/comments", "/tickets/{number}/events")
WAYS = (*OF_THE_TICKET, "/tickets", "/search", "/notifications")


def shown(person: Api, number: str, word: str) -> dict[str, str]:
    """Returns way out → what it answers, with the status of a refusal."""
    answers = {}
    for way in WAYS:
        answer = person.http.get(way.format(number=number), params={"q": word} if way == "/search" else {})
        answers[way] = answer.text if answer.is_success else str(answer.status_code)
    return answers


def mailed(system: System, person: Api) -> str:
    """Returns the mails to the person as one text."""
    own = person.me["email"]
    found = [mail for mail in list_mails(system.state) if own in mail.recipients]
    return "\n".join(f"{mail.message['Subject']}\n{mail.text}" for mail in found)


def told(answers: Mapping[str, str], word: str) -> set[str]:
    return {way for way, text in answers.items() if word in text}


def test_a_participant_gets_what_the_requester_gets_until_they_are_removed(system: System, admin: Api) -> None:
    team = admin.post("/teams", {"name": f"Board {uuid4().hex[:6]}", "confidential": True})["id"]
    title, public, secret, late = (f"{name}{uuid4().hex[:8]}" for name in ("printer", "cable", "budget", "later"))
    with (
        admin.new_person("Alma Agent", {team: "reply"}) as agent,
        admin.new_person("Rosa Requester") as requester,
        admin.new_person("Carlo Colleague") as colleague,
        Listener(colleague) as listener,
    ):
        number = requester.new_ticket(f"The {title} is dead")["number"]
        wait_for(lambda: agent.http.get(f"/tickets/{number}").is_success)
        agent.update(number, changes={"team_id": team, "participant_ids": [colleague.me["id"]]})
        agent.comment(number, f"The {secret} is 300.", "internal")
        agent.comment(number, f"A new {public} is ordered.")
        wait_for(lambda: told(shown(colleague, number, title), title) >= {"/tickets", "/search", "/notifications"})
        wait_for(lambda: public in mailed(system, colleague))
        wait_for(lambda: public in mailed(system, requester))
        answers = shown(colleague, number, title)
        assert told(answers, public) >= {"/tickets/{number}/comments", "/tickets/{number}/events"}
        assert not told(answers, secret)
        assert colleague.get("/search", q=secret)["data"] == []
        assert secret not in mailed(system, colleague)
        sequences = {frame.pair[1] for frame in listener.named("ticket")}
        assert 3 not in sequences

        colleague.comment(number, "It is the one on floor 3.")
        ticket = agent.get(f"/tickets/{number}")
        assert (ticket["last_comment_role"], ticket["first_reply_at"] is not None) == ("participant", True)
        refused = colleague.http.post(f"/tickets/{number}/updates", json={"changes": {"state": "cancelled"}})
        assert (refused.status_code, refused.json()["reason"]) == (403, "participants_only_reply")
        wait_for(lambda: "floor 3" in mailed(system, agent))
        wait_for(lambda: "floor 3" in mailed(system, requester))

        agent.update(number, changes={"participant_ids": []})
        agent.comment(number, f"The {late} part came.")
        wait_for(lambda: late in mailed(system, requester))
        wait_for(lambda: not told(shown(colleague, number, title), title))
        gone = shown(colleague, number, late)
        assert {gone[way] for way in OF_THE_TICKET} == {"404"}
        assert late not in mailed(system, colleague)
        wait_for(lambda: listener.named("ticket.hidden"))


def test_only_agents_name_participants_and_only_people_who_are_there(admin: Api, requester: Api, agent: Api) -> None:
    number = requester.new_ticket()["number"]
    own = {"changes": {"participant_ids": [agent.me["id"]]}}
    assert requester.http.post(f"/tickets/{number}/updates", json=own).status_code == 403
    nobody = {"changes": {"participant_ids": [requester.me["id"], "nobody"]}}
    answer: httpx.Response = agent.http.post(f"/tickets/{number}/updates", json=nobody)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/changes/participant_ids/1"
