"""The kinds of a ticket. Standard library only: the domain imports this."""

from typing import Literal

Kind = Literal["incident", "request", "problem", "change"]
