"""Renders pages with one Jinja environment, and adds the values that every page needs."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import URL

from gateway.files.kinds import is_shown
from gateway.portal.kit import assets, flash, i18n, icons, markup, words

POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
THEME = "trackline_theme"
KEYS = "trackline_single_keys"


def _address(url: URL) -> str:
    """Returns path and query without the host, because a proxy may use another host."""
    return f"{url.path}?{url.query}" if url.query else url.path


def _translate_labels(names: Mapping[Any, str]) -> list[tuple[Any, str]]:
    return [(value, i18n.gettext(name)) for value, name in names.items()]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(sorted(assets.PORTAL.rglob("templates"))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    translate: Any = environment
    translate.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True, pgettext=i18n.pgettext)
    environment.globals.update(
        static=assets.url,
        modules=assets.modules,
        icon=icons.icon,
        bars=icons.priority_bars,
        key=lambda: str(uuid4()),
        i18n=i18n,
        words=words,
        is_shown=is_shown,
    )
    environment.filters.update(
        address=_address,
        translated=_translate_labels,
        dialled=words.dialled,
        plain=markup.plain,
        own=markup.own,
        since=i18n.since,
        initials=words.initials,
    )
    return environment


ENVIRONMENT = _environment()


def page(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    theme = request.cookies.get(THEME, "")
    shared = {
        "site": request.app.state.parts.people.directory.organisation.site,
        "theme": theme if theme in ("light", "dark") else "",
        "single_keys": "off" if request.cookies.get(KEYS) == "off" else "",
        "path": request.scope["path"],
        "back": _address(request.url),
        "request_id": request.scope["state"].get("request_id", ""),
        "toast": flash.read(request),
    }
    html = ENVIRONMENT.get_template(template).render({**shared, **values})
    response = HTMLResponse(html, status, {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})
    flash.forget(request, response)
    return response
