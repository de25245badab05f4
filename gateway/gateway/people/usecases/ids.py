"""Ids of what commands create."""


def key_of(command_id: str | None) -> str:
    """A repeat of the command names the same record."""
    return str(command_id).replace("-", "")
