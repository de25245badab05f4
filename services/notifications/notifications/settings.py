"""Settings of the notifications service, in addition to those of the chassis."""

from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from trackline_chassis.sealing import SHORTEST_KEY
from trackline_chassis.settings import ChassisSettings

Key = Annotated[SecretStr, Field(min_length=SHORTEST_KEY)]


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


Keys = Annotated[tuple[Key, ...], NoDecode, BeforeValidator(_split), Field(min_length=1)]


class Settings(ChassisSettings):
    """If `mail_from` has no name, the name of the organisation is used. `mail_collapse_seconds` is how long a change
    waits for others to share its mail. `mail_claim_seconds` must be longer than a conversation with the mail server,
    each of whose answers may take `mail_timeout_seconds`. `encryption_keys` are separated by commas in the environment.
    The first one encrypts."""

    encryption_keys: Keys

    smtp_url: str = "smtp://127.0.0.1:1025"
    mail_from: str = "trackline@localhost"
    public_url: str = "http://127.0.0.1:8000"
    mail_collapse_seconds: float = 60.0
    mail_senders: int = 4
    mail_claim_seconds: float = 300.0
    mail_timeout_seconds: float = 60.0
    mail_retry_seconds: float = 10.0
    mail_address_seconds: float = 900.0
