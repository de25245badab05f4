"""Writing articles: the list, the editor with its preview, and the versions."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import articles
from gateway.actions.comparing import compare_articles
from gateway.portal.kit import desk_frame, flash, words
from gateway.portal.kit.categories import list_categories
from gateway.portal.kit.forms import MAX_NUMBER, Form, Posted, field_errors
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.reasons import explain
from gateway.portal.kit.visit import Visit, Visiting
from gateway.portal.knowledge import page as article_page
from gateway.portal.knowledge.page import Draft
from trackline_schemas.articles import ArticleView, CreateArticle, RestoreArticle, UpdateArticle
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.filters import Condition
from trackline_schemas.paging import PageQuery

router = APIRouter(prefix="/desk/articles", include_in_schema=False)

Number = Annotated[str, Path(pattern=r"^KB-\d{1,12}$")]
Version = Annotated[int, Path(ge=1, le=MAX_NUMBER)]
_CORRECTABLE = {"invalid", "forbidden", "key_reused"}
_TOASTS = {"published": "published", "draft": "unpublished", "archived": "archived", "review": "for_review"}
ROWS = 50


@router.get("")
async def show(visit: Visiting, state: str = "") -> Response:
    _require_agent(visit)
    chosen = state if state in words.ARTICLE_STATES else ""
    query = PageQuery(
        filter=Condition(field="state", op="eq", value=chosen) if chosen else None,
        size=ROWS,
        after=visit.request.query_params.get("page[after]"),
    )
    page, frame = await asyncio.gather(
        visit.parts.knowledge.articles(visit.reading(), query), desk_frame.load_unless_fragment(visit)
    )
    return visit.page(
        "articles.html", articles=page.items, after=page.after, chosen=chosen, frame=frame, here="articles"
    )


@router.get("/new")
async def new(visit: Visiting, title: str = "") -> Response:
    _require_agent(visit)
    return await _editor_page(visit, Draft(Form(title=[title], language=[visit.person.language[:2]])))


@router.post("/new")
async def create(visit: Visiting, form: Posted) -> Response:
    _require_agent(visit)
    if form.text("preview"):
        return await _editor_page(visit, Draft(form))
    try:
        command = CreateArticle.model_validate(article_page.command_values(form))
        article = await articles.create(visit.parts, visit.caller, command, form.key)
    except (ValidationError, ServiceError) as error:
        status = error.status if isinstance(error, ServiceError) else 422
        return await _editor_page(visit, _refused_draft(form, None, error), status)
    published = article.state == "published"
    return flash.redirect(f"/desk/articles/{article.number}", "published" if published else "draft_saved")


@router.post("/preview")
async def preview(visit: Visiting, form: Posted) -> Response:
    _require_agent(visit)
    html = await article_page.render(visit, form.text("body"))
    return visit.page("article_preview.html", form=form, html=html, too_long=article_page.is_too_long(form))


@router.get("/{number}")
async def edit(number: Number, visit: Visiting) -> Response:
    _require_agent(visit)
    article = await visit.parts.knowledge.article(visit.reading(), number)
    return await _editor_page(visit, Draft(article_page.fill_form(article), article))


@router.post("/{number}")
async def save(number: Number, visit: Visiting, form: Posted) -> Response:
    _require_agent(visit)
    before = await visit.parts.knowledge.article(visit.reading(), number)
    if form.text("preview"):
        return await _editor_page(visit, Draft(form, before))
    try:
        command = UpdateArticle.model_validate(article_page.command_values(form))
        await articles.update(visit.parts, visit.caller, number, command, form.number("base_version"), form.key)
    except ServiceError as error:
        if error.code == "version_conflict":
            return await _overtaken_page(visit, form, number)
        return await _editor_page(visit, _refused_draft(form, before, error), error.status)
    except ValidationError as error:
        return await _editor_page(visit, _refused_draft(form, before, error), 422)
    return flash.redirect(f"/desk/articles/{number}", _TOASTS.get(form.text("state"), "saved"))


@router.get("/{number}/versions")
async def versions(number: Number, visit: Visiting) -> Response:
    _require_agent(visit)
    after = visit.request.query_params.get("page[after]")
    article, page, frame = await asyncio.gather(
        visit.parts.knowledge.article(visit.reading(), number),
        visit.parts.knowledge.article_versions(visit.reading(), number, 50, after),
        desk_frame.load_unless_fragment(visit),
    )
    return visit.page(
        "article_versions.html",
        article=article,
        versions=page.items,
        after=page.after,
        join_labels=article_page.join_labels,
        frame=frame,
        here="articles",
    )


@router.get("/{number}/versions/{version}")
async def show_version(
    number: Number, version: Version, visit: Visiting, against: Annotated[int | None, Query(ge=1, le=MAX_NUMBER)] = None
) -> Response:
    """Shows what a version changed against the version before it, or against the one that is asked for."""
    _require_agent(visit)
    article, later, categories, frame = await asyncio.gather(
        visit.parts.knowledge.article(visit.reading(), number),
        visit.parts.knowledge.article_version(visit.reading(), number, version),
        list_categories(visit),
        desk_frame.load_unless_fragment(visit),
    )
    earlier = await _earlier(visit, number, against or version - 1)
    difference = await compare_articles(earlier, later, visit.person.id) if earlier else None
    html = await article_page.render(visit, later.body)
    return visit.page(
        "article_version.html",
        article=article,
        later=later,
        html=html,
        earlier=earlier,
        difference=difference,
        page=article_page,
        value=lambda name, stored: article_page.describe_value(visit, categories, name, stored),
        frame=frame,
        here="articles",
    )


async def _earlier(visit: Visit, number: str, version: int) -> ArticleView | None:
    if version < 1:
        return None
    try:
        return await visit.parts.knowledge.article_version(visit.reading(), number, version)
    except ServiceError as error:
        # That version belonged to another team, so the later one is shown without a comparison.
        if error.code != "not_found":
            raise
        return None


@router.post("/{number}/restore")
async def restore(number: Number, visit: Visiting, form: Posted) -> Response:
    _require_agent(visit)
    version = form.number("version") or 0
    try:
        command = RestoreArticle.model_validate({"version": version})
        await articles.restore(visit.parts, visit.caller, number, command, form.number("base_version"), form.key)
    except ServiceError as error:
        if error.code != "version_conflict":
            raise
        return flash.redirect(f"/desk/articles/{number}/versions", "article_overtaken")
    except ValidationError:
        return flash.redirect(f"/desk/articles/{number}/versions")
    return flash.redirect(f"/desk/articles/{number}", "restored", version)


def _refused_draft(form: Form, article: ArticleView | None, error: ValidationError | ServiceError) -> Draft:
    if isinstance(error, ServiceError) and error.code not in _CORRECTABLE:
        raise error
    message = (
        explain(error)
        if isinstance(error, ServiceError)
        else gettext("The article cannot be saved yet. Correct the marked fields.")
    )
    return Draft(form, article, message, field_errors(error))


async def _overtaken_page(visit: Visit, form: Form, number: str) -> Response:
    """Shows the viewer's text on top of the newer version, so that saving again replaces that version."""
    theirs = await visit.parts.knowledge.article(visit.reading(), number)
    form["base_version"] = [str(theirs.version)]
    form["key"] = []
    return await _editor_page(visit, Draft(form, theirs, overtaken_by=visit.name(theirs.edited_by)), 412)


async def _editor_page(visit: Visit, draft: Draft, status: int = 200) -> Response:
    categories, frame, html = await asyncio.gather(
        list_categories(visit),
        desk_frame.load_unless_fragment(visit),
        article_page.render(visit, draft.form.text("body")),
    )
    return visit.page(
        "article_editor.html",
        status,
        draft=draft,
        form=draft.form,
        html=html,
        too_long=article_page.is_too_long(draft.form),
        article=draft.article,
        errors=draft.errors,
        teams=article_page.own_teams(visit),
        categories=[known for known in categories if known.active or known.id == draft.form.text("category_id")],
        frame=frame,
        here="articles",
    )


def _require_agent(visit: Visit) -> None:
    if not visit.viewer.agent:
        raise refuse(reasons.articles.ARTICLES_FOR_AGENTS_ONLY)
