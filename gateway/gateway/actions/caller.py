"""The person who starts an action, whichever entrance they use: the API, the portal, or later mail."""

from dataclasses import dataclass, field

from gateway.actions.quota import Quota
from gateway.kit.client import Client
from gateway.kit.context import Origin
from gateway.kit.credential import Credential
from gateway.people.directory import Person
from gateway.people.domain.session import Session
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.viewer import Viewer


@dataclass(frozen=True)
class Caller:
    """`viewer` holds those of the person's rights that the credential allows. `session` is None for a bearer token."""

    person: Person
    viewer: Viewer
    origin: Origin
    credential: Credential
    session: Session | None = None
    client: Client = field(default_factory=Client)
    quota: Quota | None = None

    def reading(self) -> CallContext:
        return self.origin.reading(self.viewer)

    def writing(self, operation: str, key: str | None = None, target: str | None = None) -> CallContext:
        """Returns the context of a write. The same key, operation and target make the same command id, so a repeated
        command is carried out once. Raises ServiceError throttled if the person writes too much."""
        if self.quota:
            self.quota.count(self.viewer, operation)
        return self.origin.writing(self.viewer, operation, key or None, target)


def require_admin(caller: Caller) -> None:
    """Raises ServiceError forbidden."""
    if not caller.viewer.admin:
        raise refuse(reasons.access.ADMINISTRATORS_ONLY)
