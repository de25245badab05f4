"""Ids of what commands create."""

from trackline_schemas.context import CallContext


def created_id(context: CallContext) -> str:
    """Returns the same id for a repeat of the command."""
    return str(context.command_id).replace("-", "")
