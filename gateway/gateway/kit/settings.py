"""The settings of the gateway, read from environment variables."""

from ipaddress import ip_network
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.kit.endings import BLOCKED
from gateway.kit.room import MOST, MOST_PER_PERSON


def _networks(value: str) -> str:
    for network in filter(None, value.split(",")):
        if ip_network(network.strip()).prefixlen == 0:
            raise ValueError(f"{network} would let everybody choose the address that they seem to come from")
    return value


def _scanner(value: str) -> str:
    where = urlsplit(value)
    usable = bool(where.hostname and where.port) if where.scheme == "tcp" else bool(where.path)
    if where.scheme not in {"tcp", "unix"} or not usable:
        raise ValueError(f"{value} is neither tcp://host:port nor unix:///path")
    return value


Networks = Annotated[str, AfterValidator(_networks)]
ScannerAddress = Annotated[str, AfterValidator(_scanner)]


class Settings(BaseSettings):
    """The variables have the prefix TRACKLINE_. An empty variable counts as absent."""

    model_config = SettingsConfigDict(env_prefix="TRACKLINE_", env_ignore_empty=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    # addresses and networks of proxies whose X-Forwarded-For and X-Forwarded-Proto count, separated by commas
    trusted_proxies: Networks = ""
    # the value of Strict-Transport-Security while the public URL is https
    hsts: str = "max-age=31536000; includeSubDomains"
    secret: SecretStr = Field(min_length=32)
    admin_email: str = "admin@example.org"
    admin_password: SecretStr | None = None
    metrics_token: SecretStr | None = None
    state: str = ".trackline"
    log_level: str = "INFO"
    # whether people build on this installation: it then has pages that are of no use to others
    development: bool = False

    amqp_url: str = "amqp://guest:guest@127.0.0.1:5672/"
    mongodb_url: str = "mongodb://127.0.0.1:27017/"
    gateway_mongodb_url: str | None = None
    database_prefix: str = "trackline"

    sweep_seconds: float = 2.0
    sweep_age_seconds: float = 5.0
    directory_seconds: float = 2.0
    argon2_time_cost: int = 2
    argon2_memory_kib: int = 65_536
    sign_in_failures: int = 5
    # With pauses of a minute at most, strangers then have 99 attempts in any hour. ASVS 2.2.1 allows 100.
    sign_in_failures_per_account: int = 8
    sign_in_failures_per_address: int = 50
    sign_in_window_seconds: int = 900
    security_log_days: int = Field(365, ge=1)
    # how long a browser stays signed in without use, and in all; the second pair is for people who asked to stay
    session_idle_minutes: float = Field(default=120.0, gt=0)
    session_hours: float = Field(default=12.0, gt=0)
    remembered_idle_days: float = Field(default=14.0, gt=0)
    remembered_days: float = Field(default=30.0, gt=0)

    file_max_bytes: int = 50_000_000
    # the endings of files that are refused
    file_blocked: str = ",".join(BLOCKED)
    file_sweep_seconds: float = 600.0
    # tcp://host:port or unix:///path of a clamd. Without it, files are not scanned.
    file_scanner: ScannerAddress | None = None
    file_scanner_seconds: float = 30.0

    # what files may take of the temporary folder while they arrive and wait, in all and of one person
    temporary_bytes: int = MOST
    temporary_bytes_per_person: int = MOST_PER_PERSON

    # what a requester may write and upload; an agent may do 20 times as much
    writes_per_hour: int = Field(1_000, ge=1)
    uploads_per_hour: int = Field(200, ge=1)
    stored_bytes_per_person: int = Field(5_000_000_000, ge=1)

    # how long a sender may be silent
    body_seconds: float = 30.0
    unfinished_requests: int = 200
    unfinished_per_person: int = 20
    streams_per_person: int = 32

    # CPU seconds that one article may take to render; a costlier one is shown as it was written
    markdown_seconds: float = 1.0

    rpc_timeout_seconds: float = 10.0
    rpc_concurrency: int = 256
    heartbeat_seconds: float = 15.0

    @model_validator(mode="after")
    def _has_room_for_a_file(self) -> Self:
        # The portal keeps a form with a file, and the file itself while it is looked through.
        if self.temporary_bytes_per_person < 2 * self.file_max_bytes:
            raise ValueError("TRACKLINE_TEMPORARY_BYTES_PER_PERSON must be at least twice TRACKLINE_FILE_MAX_BYTES")
        # A quarter is for small shares, and nobody has more than is left of the rest.
        if self.temporary_bytes < 3 * self.temporary_bytes_per_person:
            raise ValueError("TRACKLINE_TEMPORARY_BYTES must be at least 3 times TRACKLINE_TEMPORARY_BYTES_PER_PERSON")
        return self

    @property
    def secure(self) -> bool:
        """Tells whether browsers reach Trackline over https."""
        return self.public_url.lower().startswith("https://")

    @property
    def own_mongodb_url(self) -> str:
        return self.gateway_mongodb_url or self.mongodb_url

    @property
    def proxies(self) -> list[str]:
        return [network.strip() for network in self.trusted_proxies.split(",") if network.strip()]

    @property
    def blocked_endings(self) -> frozenset[str]:
        return frozenset(ending.strip().casefold() for ending in self.file_blocked.split(","))

    @property
    def database(self) -> str:
        return f"{self.database_prefix}_gateway"
