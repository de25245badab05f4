"""The areas of the settings. Each has its own folder beside this file and declares itself in its `routes.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from fastapi import APIRouter
from jinja2.ext import extract_from_ast

from gateway.portal.kit.rendering import ENVIRONMENT


@dataclass(frozen=True)
class Area:
    """`title` and `text` are messages of the catalogue, and so are `also`, words by which people look for the area
    although none of its pages has them, and `labels`, the messages of its pages. Areas are sorted by `place`, smallest
    first. An area for `development` is absent elsewhere."""

    place: int
    address: str
    icon: str
    title: str
    text: str
    router: APIRouter
    also: str = ""
    labels: Sequence[str] = ()
    development: bool = False


def find_areas(folders: Sequence[str]) -> list[Area]:
    """Imports each folder's `routes.py` and returns their AREAs by place."""
    names = [found.name for found in iter_modules(list(folders)) if found.ispkg]
    found = [_load(import_module(f"{__package__}.{name}.routes")) for name in names]
    return sorted(found, key=lambda area: (area.place, area.title))


def _load(routes: ModuleType) -> Area:
    area: Area = routes.AREA
    pages = sorted((Path(routes.__file__ or "").parent / "templates").glob("*.html"))
    trees = [ENVIRONMENT.parse(page.read_text()) for page in pages]
    messages = [message for tree in trees for _, _, message in extract_from_ast(tree)]
    # Plurals hold numbers, by which nobody looks for a setting.
    return replace(area, labels=tuple(dict.fromkeys(text for text in messages if isinstance(text, str))))


def order_routers(areas: Sequence[Area]) -> list[APIRouter]:
    """Sorts the routers, longer addresses first, so that /settings/people/import does not match the id of a person."""
    return [area.router for area in sorted(areas, key=lambda area: len(area.address), reverse=True)]
