"""Who asks for something, whichever entrance they came by: the API, the portal, and later mail."""

from dataclasses import dataclass

from gateway.kit.context import Origin
from gateway.people.directory import Person
from gateway.people.domain.session import Session
from trackline_schemas.context import CallContext
from trackline_schemas.viewer import Viewer


@dataclass(frozen=True)
class Caller:
    """`viewer` holds the person's rights as far as the credential allows them. `session` is None for a bearer token,
    `expires_at` is seconds since the epoch, `address` the network address of the client."""

    person: Person
    viewer: Viewer
    origin: Origin
    session: Session | None = None
    expires_at: float | None = None
    address: str = "unknown"

    def reading(self) -> CallContext:
        return self.origin.reading(self.viewer)

    def writing(self, operation: str, key: str | None = None, target: str | None = None) -> CallContext:
        """The same key, operation and target make the same command: it is carried out once."""
        return self.origin.writing(self.viewer, operation, key or None, target)
