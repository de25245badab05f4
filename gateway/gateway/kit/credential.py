"""What a caller proves their identity with, as far as it decides how long they stay in and what they may do."""

from dataclasses import dataclass
from typing import Literal, Protocol

from trackline_schemas.viewer import Viewer


class Account(Protocol):
    @property
    def active(self) -> bool: ...

    @property
    def viewer(self) -> Viewer: ...

    @property
    def credentials_epoch(self) -> int: ...

    @property
    def keys_epoch(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Credential:
    """`id` finds the row of the session, of the refresh token that came with an access token, or of the API key. It is
    empty for an access token of an earlier release. `epoch` is that of the account when the credential was issued
    (gateway.people.domain.credentials). `admin` says whether it gives an administrator's rights to an administrator.
    `expires_at` is in seconds since the epoch of Unix."""

    kind: Literal["session", "token", "key"]
    id: str
    user_id: str
    epoch: int = 0
    admin: bool = True
    expires_at: float | None = None

    @property
    def label(self) -> str:
        """What the logs call it: enough of the id to tell one from another."""
        return f"{self.kind} {self.id[:16]}".rstrip()

    def admits(self, account: Account | None) -> bool:
        """Returns whether the account is active, and nobody has ended its older credentials since."""
        if account is None or not account.active:
            return False
        return self.epoch >= (account.keys_epoch if self.kind == "key" else account.credentials_epoch)

    def limit(self, viewer: Viewer) -> Viewer:
        """Returns the viewer with the rights that the credential allows."""
        return viewer if self.admin else viewer.model_copy(update={"admin": False})
