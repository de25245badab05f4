"""The states of a ticket. Standard library only: the domain imports this."""

from typing import Literal

State = Literal["new", "open", "pending", "on_hold", "resolved", "closed", "cancelled"]

ACTIVE_STATES: tuple[State, ...] = ("new", "open", "pending", "on_hold")
