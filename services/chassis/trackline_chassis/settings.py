"""Settings that every service reads from the environment. docs/operating.md documents them for operators."""

from typing import Annotated

from pydantic import field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class ChassisSettings(BaseSettings):
    """Durations are in seconds. `retry_delays` are the waits before the second, third and fourth attempt at an
    event."""

    model_config = SettingsConfigDict(env_prefix="TRACKLINE_", extra="ignore")

    amqp_url: str = "amqp://guest:guest@127.0.0.1:5672//"
    mongodb_url: str = "mongodb://127.0.0.1:27017"
    database_prefix: str = "trackline"
    health_host: str = "127.0.0.1"
    health_port: int = 9100
    log_level: str = "INFO"
    workers: int = 20
    sweep_seconds: float = 2.0
    sweep_age_seconds: float = 5.0
    retry_delays: Annotated[tuple[float, ...], NoDecode] = (1.0, 10.0, 60.0)

    @field_validator("retry_delays", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        return tuple(map(float, value.split(","))) if isinstance(value, str) else value
