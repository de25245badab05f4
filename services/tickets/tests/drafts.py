from typing import Any

from tickets.domain.create import Draft
from tickets.domain.ticket import Attachment


def draft_of(attachments: tuple[Attachment, ...] = (), **values: Any) -> Draft:
    """Returns an incident of medium impact and urgency, except for the given values."""
    usual = {"kind": "incident", "title": "No network", "impact": 2, "urgency": 2, "channel": "portal"}
    return Draft({**usual, **values}, "Nothing works.", attachments)
