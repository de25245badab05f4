"""One ticket through the whole product: created, found, answered, notified, resolved, counted."""

from harness.api import Api, wait_for

from gateway.mailbox.store import Mail, list_mails
from trackline_local.system import System


def test_a_ticket_from_question_to_report(system: System, admin: Api, agent: Api, requester: Api) -> None:
    ticket = requester.new_ticket("My zeppelin projector flickers")
    number = ticket["number"]
    assert (ticket["state"], ticket["requester_id"]) == ("new", requester.me["id"])

    # The agent finds it in the search and in the list, replies and adds a note.
    wait_for(lambda: number in _found(agent, "zeppelin"))
    assert number in [row["number"] for row in agent.all("/tickets", **{"filter[state]": "new"})]
    agent.update(number, changes={"assignee_id": agent.me["id"], "team_id": admin.team("Service Desk")})
    agent.comment(number, "Please try the other cable.")
    agent.comment(number, "He always breaks cables: quixotic", visibility="internal")
    assert agent.get(f"/tickets/{number}")["state"] == "open"

    # The requester sees the reply, is notified by inbox and email, and does not see the note.
    texts = [comment["text"] for comment in requester.all(f"/tickets/{number}/comments")]
    assert texts[1:] == ["Please try the other cable."]
    wait_for(lambda: any(entry["reason"] == "replied" for entry in requester.get("/notifications")["data"]))
    (address,) = requester.me["emails"]
    wait_for(lambda: any("other cable" in mail.text for mail in _mails(system, address)))
    wait_for(lambda: number in _found(agent, "quixotic"))
    assert number not in _found(requester, "quixotic")
    assert "quixotic" not in str(requester.all(f"/tickets/{number}/events"))
    assert not any("quixotic" in mail.text for mail in _mails(system, address))

    # The answer changes no state, and the resolution is counted.
    requester.comment(number, "That helped, thank you.")
    solved = {"state": "resolved", "resolution_code": "solved", "resolution": "Other cable"}
    agent.update(number, comment={"text": "Glad to hear."}, changes=solved)
    history = agent.all(f"/tickets/{number}/events")
    assert [entry["sequence"] for entry in history] == list(range(1, len(history) + 1))
    own = {"filter[requester_id]": requester.me["id"], "from": ticket["created_at"], "to": "2100-01-01T00:00:00Z"}
    total = wait_for(lambda: (summary := agent.get("/analytics/summary", **own)["total"])["resolved"] and summary)
    assert (total["created"], total["resolved"], total["backlog"]) == (1, 1, 0)
    assert total["first_reply"]["count"] == 1


def test_strangers_see_nothing(requester: Api, stranger: Api) -> None:
    number = requester.new_ticket("My kaleidoscope is stuck")["number"]
    wait_for(lambda: number in _found(requester, "kaleidoscope"))
    assert stranger.http.get(f"/tickets/{number}").status_code == 404
    assert stranger.http.post(f"/tickets/{number}/comments", json={"text": "Hello"}).status_code == 404
    assert stranger.http.get(f"/tickets/{number}/events").status_code == 404
    assert stranger.all("/tickets") == []
    assert _found(stranger, "kaleidoscope") == []


def test_confidential_team_is_closed_to_other_agents(admin: Api, agent: Api, requester: Api) -> None:
    team = admin.post("/teams", {"name": f"HR {requester.me['id'][:6]}", "confidential": True})["id"]
    with admin.new_person("Dana Discreet", {team: "reply"}) as dana:
        number = requester.new_ticket("A confidential xylophone")["number"]
        wait_for(lambda: number in _found(agent, "xylophone"))
        agent.update(number, changes={"team_id": team})
        assert agent.http.get(f"/tickets/{number}").status_code == 404
        assert dana.get(f"/tickets/{number}")["team_id"] == team
        wait_for(lambda: number not in _found(agent, "xylophone"))
        wait_for(lambda: number in _found(dana, "xylophone"))


def test_same_key_same_ticket(requester: Api) -> None:
    first = requester.new_ticket("Once only", key="one-and-only")
    again = requester.new_ticket("Once only", key="one-and-only")
    assert first["number"] == again["number"]
    other = {"title": "Something else", "description": "x"}
    answer = requester.http.post("/tickets", json=other, headers={"Idempotency-Key": "one-and-only"})
    assert answer.status_code == 422


def _found(api: Api, q: str) -> list[str]:
    return [hit["number"] for hit in api.get("/search", q=q)["data"]]


def _mails(system: System, address: str) -> list[Mail]:
    return [mail for mail in list_mails(system.state) if address in mail.recipients]
