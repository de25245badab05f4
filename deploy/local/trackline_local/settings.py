"""The settings of `make run` in the environment. docs/operating.md describes them."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from trackline_local.steps import ROOT, Failure


class RunSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TRACKLINE_", env_ignore_empty=True, extra="ignore")

    port: int = Field(8000, ge=1, le=65535)
    state: Path = ROOT / ".trackline"
    admin_email: str = Field("admin@example.org", pattern=r"^[^@\s]+@[^@\s]+$")
    admin_password: SecretStr | None = None
    amqp_url: str | None = None
    mongodb_url: str | None = None
    elasticsearch_url: str | None = None
    smtp_url: str | None = None

    @classmethod
    def read(cls) -> Self:
        try:
            return cls()
        except ValidationError as error:
            wrong = error.errors()[0]
            name = f"TRACKLINE_{wrong['loc'][0]}".upper()
            raise Failure(f"{name} is {wrong['input']!r}: {wrong['msg']}.") from None
