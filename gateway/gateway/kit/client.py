"""Who sends a request, as far as it is known before anybody has signed in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Client:
    """`address` is a network address. `device` is the value of the device cookie (gateway.people.domain.device), or
    empty. `user_agent` is what the program calls itself."""

    address: str = "unknown"
    device: str = ""
    request_id: str = ""
    user_agent: str = ""
