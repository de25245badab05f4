"""Writing articles: the content of the editor, and how pages show the difference between two versions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from gateway.markdown.renderer import MAX_TEXT
from gateway.people.directory import Team
from gateway.portal.kit import words
from gateway.portal.kit.forms import Form
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.visit import Visit
from trackline_schemas.articles import ArticleDiff, ArticleView, FieldDiff, TextPart
from trackline_schemas.categories import Category

_TEXTS = ("title", "body", "visibility", "language", "team_id", "category_id")
# Characters of unchanged text that are shown around a change. The rest is folded.
_CONTEXT = 160


@dataclass(frozen=True)
class Draft:
    """The form of the editor. `article` is None for a new one. `overtaken_by` names the person who saved first."""

    form: Form
    article: ArticleView | None = None
    message: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    overtaken_by: str = ""


async def render(visit: Visit, body: str) -> Markup | None:
    """Returns the HTML of an article, or None if rendering it takes too long."""
    return await visit.parts.renderer.render(body, visit.person.id)


def is_too_long(form: Form) -> bool:
    """Tells whether no article can have this text. Its preview would be as long as the request."""
    return len(form.text("body")) > MAX_TEXT


def fill_form(article: ArticleView) -> Form:
    form = Form({name: [getattr(article, name) or ""] for name in _TEXTS})
    return Form({**form, "tags": [" ".join(article.tags)], "base_version": [str(article.version)]})


def command_values(form: Form) -> dict[str, Any]:
    """Returns the members of the commands that create and update articles. What the form does not have stays as it is:
    a form that came without its audience must not publish the article."""
    team_id = form.text("team_id") if form.text("visibility") == "team" else ""
    given = {
        "title": " ".join(form.text("title").split()),
        "body": form.text("body"),
        "visibility": form.text("visibility"),
        "team_id": team_id or None,
        "category_id": form.text("category_id") or None,
        "language": form.text("language") or "en",
        "tags": form.text("tags").replace(",", " ").split(),
    }
    if form.text("state"):
        given["state"] = form.text("state")
    return {
        name: value for name, value in given.items() if name in form or (name == "team_id" and "visibility" in form)
    }


def own_teams(visit: Visit) -> list[Team]:
    return [team for team in visit.parts.people.directory.all_teams() if team.active and team.id in visit.viewer.teams]


def join_labels(names: Iterable[str]) -> str:
    return ", ".join(words.label(words.FIELDS, name) for name in names)


def describe_value(visit: Visit, categories: list[Category], name: str, stored: Any) -> str:
    """Returns a member other than title and body, as people read it."""
    if stored is None or stored == []:
        return gettext("nothing")
    if name == "team_id":
        return visit.team(stored)
    if name == "category_id":
        return next((category.name for category in categories if category.id == stored), "")
    if name == "tags":
        return ", ".join(stored)
    return words.label(words.ARTICLE_VALUE_LABELS.get(name, {}), stored)


@dataclass(frozen=True)
class Run:
    """A run of words that were kept, added or removed. `cut` says that text is left out here."""

    op: str
    text: str
    cut: bool = False


def list_runs(difference: FieldDiff) -> list[Run]:
    last = len(difference.parts) - 1
    found: list[Run] = []
    for place, part in enumerate(difference.parts):
        found += _shorten(part, place == 0, place == last) if part.op == "same" else [Run(part.op, part.text)]
    return found


def _shorten(part: TextPart, first: bool, last: bool) -> list[Run]:
    if len(part.text) <= 2 * _CONTEXT:
        return [Run("same", part.text)]
    before = [] if first else [Run("same", part.text[:_CONTEXT].rsplit(maxsplit=1)[0] + " ")]
    after = [] if last else [Run("same", " " + part.text[-_CONTEXT:].split(maxsplit=1)[-1])]
    return [*before, Run("same", "", cut=True), *after]


def text_fields(difference: ArticleDiff) -> list[FieldDiff]:
    return [one for one in difference.fields if one.parts]


def value_fields(difference: ArticleDiff) -> list[FieldDiff]:
    return [one for one in difference.fields if not one.parts]
