"""Entries of the security log about somebody who is still a client without an account, or has just proved theirs."""

from typing import Any

from gateway.kit.client import Client
from gateway.people.domain.security_log import Entry, Happened, Outcome


def client_entry(
    client: Client, event: Happened, outcome: Outcome = "succeeded", user_id: str | None = None, **detail: Any
) -> Entry:
    """`user_id` is the account that the client asks for, which is the actor only if the client has succeeded."""
    actor_id = user_id if outcome == "succeeded" else None
    return Entry(event, outcome, actor_id, user_id, client.address, "", client.request_id, detail)
