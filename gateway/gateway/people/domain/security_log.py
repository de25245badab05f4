"""What the security log records."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from gateway.people.domain.attempt import network_of

# `access` is a request that was refused. `accounts_imported` is the start of an import from a file.
Happened = Literal[
    "sign_in",
    "sign_out",
    "token_reused",
    "access",
    "account_created",
    "accounts_imported",
    "account_rights_changed",
    "account_address_changed",
    "password_changed",
    "password_confirmed",
    "password_set",
    "password_chosen",
    "password_link_asked",
    "invitation_sent",
    "api_key_created",
    "api_key_revoked",
    "team_confidentiality_changed",
    "tickets_purged",
    "export",
]
Outcome = Literal["succeeded", "failed", "refused", "throttled", "busy"]


@dataclass(frozen=True, slots=True)
class Entry:
    """`actor_id` is whoever acted, None if nobody had signed in. `user_id` is the person whom it is about, None also if
    no account has what somebody typed: the log never holds what was typed. `credential` is "<kind> <id>"."""

    event: Happened
    outcome: Outcome = "succeeded"
    actor_id: str | None = None
    user_id: str | None = None
    address: str = ""
    credential: str = ""
    request_id: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    def key(self, at: datetime) -> str:
        """Returns the same text for all entries of one minute that differ only in their request, or in an address of
        the same network."""
        minute, network = at.replace(second=0, microsecond=0), network_of(self.address)
        same = [self.event, self.outcome, self.actor_id, self.user_id, network, self.credential, minute]
        text = json.dumps([*same, sorted(self.detail.items())], default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Returns name → (before, after) of what differs."""
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}
