"""Settings of the knowledge service, in addition to those of the chassis."""

from trackline_chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """Without `elasticsearch_url`, MongoDB answers every search."""

    elasticsearch_url: str | None = None
    index_prefix: str = "trackline"
    search_timeout_seconds: float = 2.0
    index_timeout_seconds: float = 30.0
