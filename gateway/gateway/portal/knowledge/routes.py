"""Writing articles: the list, the editor with its preview, the versions."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import ValidationError
from starlette.responses import Response

from gateway.actions import articles
from gateway.actions.comparing import diff_articles
from gateway.portal.kit import desk_frame, flash, words
from gateway.portal.kit.categories import categories_of
from gateway.portal.kit.forms import Form, Posted, mistakes
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
Version = Annotated[int, Path(ge=1, le=2**31)]
_MENDABLE = {"invalid", "forbidden", "key_reused"}
_DONE = {"published": "published", "draft": "unpublished", "archived": "archived", "review": "for_review"}
ROWS = 50


@router.get("")
async def show(visit: Visiting, state: str = "") -> Response:
    _agents_only(visit)
    chosen = state if state in words.ARTICLE_STATES else ""
    query = PageQuery(
        filter=Condition(field="state", op="eq", value=chosen) if chosen else None,
        size=ROWS,
        after=visit.request.query_params.get("page[after]"),
    )
    page, frame = await asyncio.gather(
        visit.parts.knowledge.articles(visit.reading(), query), desk_frame.frame_of_page(visit)
    )
    return visit.page(
        "articles.html", articles=page.items, after=page.after, chosen=chosen, frame=frame, here="articles"
    )


@router.get("/new")
async def new(visit: Visiting, title: str = "") -> Response:
    _agents_only(visit)
    return await _editor(visit, Draft(Form(title=[title], language=[visit.person.language[:2]])))


@router.post("/new")
async def create(visit: Visiting, form: Posted) -> Response:
    _agents_only(visit)
    if form.text("preview"):
        return await _editor(visit, Draft(form))
    try:
        command = CreateArticle.model_validate(article_page.asked(form))
        article = await articles.create(visit.parts, visit.caller, command, form.key)
    except (ValidationError, ServiceError) as error:
        return await _editor(visit, _refused(form, None, error), 422)
    published = article.state == "published"
    return flash.redirect(f"/desk/articles/{article.number}", "published" if published else "draft_saved")


@router.post("/preview")
async def preview(visit: Visiting, form: Posted) -> Response:
    _agents_only(visit)
    return visit.page("article_preview.html", form=form)


@router.get("/{number}")
async def edit(number: Number, visit: Visiting) -> Response:
    _agents_only(visit)
    article = await visit.parts.knowledge.article(visit.reading(), number)
    return await _editor(visit, Draft(article_page.form_of(article), article))


@router.post("/{number}")
async def save(number: Number, visit: Visiting, form: Posted) -> Response:
    _agents_only(visit)
    before = await visit.parts.knowledge.article(visit.reading(), number)
    if form.text("preview"):
        return await _editor(visit, Draft(form, before))
    try:
        command = UpdateArticle.model_validate(article_page.asked(form))
        await articles.update(visit.parts, visit.caller, number, command, form.number("base_version"), form.key)
    except ServiceError as error:
        if error.code == "version_conflict":
            return await _overtaken(visit, form, number)
        return await _editor(visit, _refused(form, before, error), error.status)
    except ValidationError as error:
        return await _editor(visit, _refused(form, before, error), 422)
    return flash.redirect(f"/desk/articles/{number}", _DONE.get(form.text("state"), "saved"))


@router.get("/{number}/versions")
async def versions(number: Number, visit: Visiting) -> Response:
    _agents_only(visit)
    after = visit.request.query_params.get("page[after]")
    article, page, frame = await asyncio.gather(
        visit.parts.knowledge.article(visit.reading(), number),
        visit.parts.knowledge.article_versions(visit.reading(), number, 50, after),
        desk_frame.frame_of_page(visit),
    )
    return visit.page(
        "article_versions.html",
        article=article,
        versions=page.items,
        after=page.after,
        changed=article_page.changed,
        frame=frame,
        here="articles",
    )


@router.get("/{number}/versions/{version}")
async def one_version(
    number: Number, version: Version, visit: Visiting, against: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    """Against the version before, or the one that is asked for; the first has nothing before it."""
    _agents_only(visit)
    article, later, categories, frame = await asyncio.gather(
        visit.parts.knowledge.article(visit.reading(), number),
        visit.parts.knowledge.article_version(visit.reading(), number, version),
        categories_of(visit),
        desk_frame.frame_of_page(visit),
    )
    earlier = await _earlier(visit, number, against or version - 1)
    difference = await asyncio.to_thread(diff_articles, earlier, later) if earlier else None
    return visit.page(
        "article_version.html",
        article=article,
        later=later,
        earlier=earlier,
        difference=difference,
        told=article_page,
        value=lambda name, stored: article_page.value(visit, categories, name, stored),
        frame=frame,
        here="articles",
    )


async def _earlier(visit: Visit, number: str, version: int) -> ArticleView | None:
    if version < 1:
        return None
    try:
        return await visit.parts.knowledge.article_version(visit.reading(), number, version)
    except ServiceError as error:
        # It was for another team then: the later one is shown alone.
        if error.code != "not_found":
            raise
        return None


@router.post("/{number}/restore")
async def restore(number: Number, visit: Visiting, form: Posted) -> Response:
    _agents_only(visit)
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


def _refused(form: Form, article: ArticleView | None, error: ValidationError | ServiceError) -> Draft:
    if isinstance(error, ServiceError) and error.code not in _MENDABLE:
        raise error
    message = explain(error) if isinstance(error, ServiceError) else gettext("This cannot be saved yet.")
    return Draft(form, article, message, mistakes(error))


async def _overtaken(visit: Visit, form: Form, number: str) -> Response:
    """The text stays, now on top of theirs: saving again puts it in the place of theirs, which is kept as a version."""
    theirs = await visit.parts.knowledge.article(visit.reading(), number)
    form["base_version"] = [str(theirs.version)]
    form["key"] = []
    return await _editor(visit, Draft(form, theirs, overtaken_by=visit.name(theirs.edited_by)), 412)


async def _editor(visit: Visit, draft: Draft, status: int = 200) -> Response:
    categories, frame = await asyncio.gather(categories_of(visit), desk_frame.frame_of_page(visit))
    return visit.page(
        "article_editor.html",
        status,
        draft=draft,
        form=draft.form,
        article=draft.article,
        errors=draft.errors,
        teams=article_page.own_teams(visit),
        categories=[known for known in categories if known.active or known.id == draft.form.text("category_id")],
        frame=frame,
        here="articles",
    )


def _agents_only(visit: Visit) -> None:
    if not visit.viewer.agent:
        raise refuse(reasons.articles.ARTICLES_FOR_AGENTS_ONLY)
