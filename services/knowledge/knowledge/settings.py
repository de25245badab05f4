"""Settings of the knowledge service, in addition to those of the chassis."""

from typing import Self

from pydantic import FilePath, model_validator

from trackline_chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """Without `elasticsearch_url`, MongoDB answers every search. `elasticsearch_ca` is a file with the certificate of
    the authority that signed that of Elasticsearch. Without it, only public authorities are trusted."""

    elasticsearch_url: str | None = None
    elasticsearch_ca: FilePath | None = None
    index_prefix: str = "trackline"
    search_timeout_seconds: float = 2.0
    index_timeout_seconds: float = 30.0

    @model_validator(mode="after")
    def _no_authority_without_tls(self) -> Self:
        if self.elasticsearch_ca and not (self.elasticsearch_url or "").startswith("https:"):
            raise ValueError("TRACKLINE_ELASTICSEARCH_CA needs a TRACKLINE_ELASTICSEARCH_URL that begins with https:")
        return self
