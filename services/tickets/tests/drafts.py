from typing import Any

from tickets.domain.create import Draft
from tickets.domain.ticket import Attachment


def draft_of(attachments: tuple[Attachment, ...] = (), **values: Any) -> Draft:
    """An incident of middle impact and urgency, but for the values that the test names."""
    usual = {"kind": "incident", "title": "No network", "impact": 2, "urgency": 2, "channel": "portal"}
    return Draft({**usual, **values}, "Nothing works.", attachments)
