"""What this service reads from the environment, beside what every service does."""

from trackline_chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """Without an Elasticsearch address MongoDB answers every search."""

    elasticsearch_url: str | None = None
    index_prefix: str = "trackline"
    search_timeout_seconds: float = 2.0
    index_timeout_seconds: float = 30.0
