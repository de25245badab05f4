"""Writing articles: what the forms hold, and how versions are told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gateway.people.directory import Team
from gateway.portal.kit import words
from gateway.portal.kit.forms import Form
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.visit import Visit
from trackline_schemas.articles import ArticleDiff, ArticleView, FieldDiff, TextPart
from trackline_schemas.categories import Category

_TEXTS = ("title", "body", "visibility", "language", "team_id", "category_id")
# Words around a change that are shown; the rest of what is the same is folded.
_CONTEXT = 160


@dataclass(frozen=True)
class Draft:
    """The form of the editor. `article` is None while it is new."""

    form: Form
    article: ArticleView | None = None
    message: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    overtaken_by: str = ""


def form_of(article: ArticleView) -> Form:
    form = Form({name: [getattr(article, name) or ""] for name in _TEXTS})
    return Form({**form, "tags": [" ".join(article.tags)], "base_version": [str(article.version)]})


def asked(form: Form) -> dict[str, Any]:
    """The members of the commands that create and update."""
    team_id = form.text("team_id") if form.text("visibility") == "team" else ""
    given = {
        "title": " ".join(form.text("title").split()),
        "body": form.text("body"),
        "visibility": form.text("visibility") or "public",
        "team_id": team_id or None,
        "category_id": form.text("category_id") or None,
        "language": form.text("language") or "en",
        "tags": form.text("tags").replace(",", " ").split(),
    }
    return given | ({"state": form.text("state")} if form.text("state") else {})


def own_teams(visit: Visit) -> list[Team]:
    return [team for team in visit.parts.people.directory.all_teams() if team.active and team.id in visit.viewer.teams]


def changed(names: Iterable[str]) -> str:
    return ", ".join(words.word(words.FIELDS, name) for name in names)


def value(visit: Visit, categories: list[Category], name: str, stored: Any) -> str:
    """A member other than title and body, as people read it."""
    if stored is None or stored == []:
        return gettext("nothing")
    if name == "team_id":
        return visit.team(stored)
    if name == "category_id":
        return next((category.name for category in categories if category.id == stored), "")
    if name == "tags":
        return ", ".join(stored)
    return words.word(words.OF_ARTICLES.get(name, {}), stored)


@dataclass(frozen=True)
class Shown:
    """A run of words; `cut` is something left out at its place."""

    op: str
    text: str
    cut: bool = False


def shown(difference: FieldDiff) -> list[Shown]:
    last = len(difference.parts) - 1
    found: list[Shown] = []
    for place, part in enumerate(difference.parts):
        found += _shortened(part, place == 0, place == last) if part.op == "same" else [Shown(part.op, part.text)]
    return found


def _shortened(part: TextPart, first: bool, last: bool) -> list[Shown]:
    if len(part.text) <= 2 * _CONTEXT:
        return [Shown("same", part.text)]
    before = [] if first else [Shown("same", part.text[:_CONTEXT].rsplit(maxsplit=1)[0] + " ")]
    after = [] if last else [Shown("same", " " + part.text[-_CONTEXT:].split(maxsplit=1)[-1])]
    return [*before, Shown("same", "", cut=True), *after]


def texts(difference: ArticleDiff) -> list[FieldDiff]:
    return [one for one in difference.fields if one.parts]


def values(difference: ArticleDiff) -> list[FieldDiff]:
    return [one for one in difference.fields if not one.parts]
