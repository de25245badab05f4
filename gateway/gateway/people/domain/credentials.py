"""The epochs of an account: two counters that make every older credential of the account worthless at once.

`credentials_epoch` rises with each new password, `keys_epoch` does not; both rise when somebody deactivates or
activates the account. Each session and token carries the first of them, each API key the second, as it was when it was
issued. A credential with a lower number lets nobody in. Counters need no clock, so two gateways cannot disagree.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any


def raise_epochs(before: Mapping[str, Any], given: dict[str, Any], _at: datetime) -> dict[str, Any]:
    """Returns the members to write: those that the change gives, and the epochs that it raises."""
    switched = given.get("active", before["active"]) != before["active"]
    raised = {"credentials_epoch": switched or "password_hash" in given, "keys_epoch": switched}
    return given | {name: before.get(name, 0) + 1 for name, rises in raised.items() if rises}


def epoch_of(account: Mapping[str, Any]) -> int:
    """Returns the credentials_epoch of a stored account; those of an earlier release have none."""
    epoch: int = account.get("credentials_epoch", 0)
    return epoch
