"""Example bodies for the OpenAPI document. A test sends each of them."""

from fastapi.openapi.models import Example

TICKET: dict[str, Example] = {
    "incident": {
        "summary": "Something is broken",
        "value": {
            "kind": "incident",
            "title": "VPN drops every hour",
            "description": "Since Monday the connection is lost at the full hour.",
            "impact": 2,
            "urgency": 2,
        },
    }
}
PATCH: dict[str, Example] = {
    "priority": {
        "summary": "Override the priority",
        "value": {"priority": 1, "priority_reason": "The whole branch office is cut off."},
    }
}
UPDATE: dict[str, Example] = {
    "reply": {
        "summary": "Reply and wait for the requester",
        "value": {"comment": {"text": "Which client version do you use?"}, "changes": {"state": "pending"}},
    }
}
COMMENT: dict[str, Example] = {
    "note": {"summary": "A note for agents", "value": {"text": "Same gateway as INC-1001.", "visibility": "internal"}},
    "markdown": {
        "summary": "A reply in Markdown",
        "value": {"text": "1. **Restart** it\n2. Wait", "format": "markdown"},
    },
}
# Kind of record → the examples for creating one.
CREATE_RECORD: dict[str, dict[str, Example]] = {
    "category": {"network": {"summary": "A category", "value": {"name": "Network"}}}
}
ARTICLE: dict[str, Example] = {
    "guide": {
        "summary": "A published guide",
        "value": {"title": "Install the VPN", "body": "1. Open the portal…", "state": "published"},
    }
}
RESTORE: dict[str, Example] = {"undo": {"summary": "Restore version 2", "value": {"version": 2}}}
