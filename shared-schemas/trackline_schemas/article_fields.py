"""The fields of a knowledge article for filters, forms and comparisons. Uses only the standard library."""

from collections.abc import Mapping

from trackline_schemas.fields import Field, filter_types
from trackline_schemas.wording import noop

STATES: Mapping[str, str] = {
    "draft": noop("Draft"),
    "review": noop("In review"),
    "published": noop("Published"),
    "archived": noop("Archived"),
}
VISIBILITIES: Mapping[str, str] = {
    "public": noop("Everybody"),
    "internal": noop("Only for agents"),
    "team": noop("Only one team"),
}

ARTICLE: Mapping[str, Field] = {
    "id": Field(type="keyword"),
    "title": Field(type="text", label=noop("Title"), searchable=True),
    "body": Field(type="text", label=noop("Text"), searchable=True),
    "state": Field(type="keyword", label=noop("State"), vocabulary=STATES),
    "visibility": Field(type="keyword", label=noop("Readers"), vocabulary=VISIBILITIES),
    "team_id": Field(type="keyword", label=noop("Team"), refers_to="team"),
    "category_id": Field(type="keyword", label=noop("Category"), refers_to="category"),
    "tags": Field(type="keywords", label=noop("Tags"), searchable=True),
    "owner_id": Field(type="keyword", refers_to="person"),
    "language": Field(type="keyword", label=noop("Language")),
    "created_at": Field(type="date"),
    "updated_at": Field(type="date"),
    "published_at": Field(type="date"),
}

ARTICLE_FIELDS = filter_types(ARTICLE)
