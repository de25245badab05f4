"""The person who starts an action, whichever entrance they use: the API, the portal, or later mail."""

from dataclasses import dataclass

from gateway.kit.context import Origin
from gateway.people.directory import Person
from gateway.people.domain.session import Session
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.viewer import Viewer


@dataclass(frozen=True)
class Caller:
    """`viewer` holds those of the person's rights that the credential allows. `session` is None for a bearer token.
    `expires_at` is in seconds since the epoch. `address` is the network address of the client."""

    person: Person
    viewer: Viewer
    origin: Origin
    session: Session | None = None
    expires_at: float | None = None
    address: str = "unknown"

    def reading(self) -> CallContext:
        return self.origin.reading(self.viewer)

    def writing(self, operation: str, key: str | None = None, target: str | None = None) -> CallContext:
        """Returns the context of a write. The same key, operation and target make the same command id, so a repeated
        command is carried out once."""
        return self.origin.writing(self.viewer, operation, key or None, target)


def require_admin(caller: Caller) -> None:
    """Raises ServiceError forbidden."""
    if not caller.viewer.admin:
        raise refuse(reasons.access.ADMINISTRATORS_ONLY)
