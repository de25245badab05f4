"""The areas of the settings. Each has its own folder beside this file and declares itself in its `routes.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from fastapi import APIRouter


@dataclass(frozen=True)
class Area:
    """`title` and `text` are messages of the catalogue. The search over the settings covers both. Areas are sorted by
    `place`, smallest first."""

    place: int
    address: str
    icon: str
    title: str
    text: str
    router: APIRouter


def find_areas(folders: Sequence[str]) -> list[Area]:
    """Imports each folder's `routes.py` and returns their AREAs by place."""
    names = [found.name for found in iter_modules(list(folders)) if found.ispkg]
    found = [import_module(f"{__package__}.{name}.routes").AREA for name in names]
    return sorted(found, key=lambda area: (area.place, area.title))


def order_routers(areas: Sequence[Area]) -> list[APIRouter]:
    """Sorts the routers, longer addresses first, so that /settings/people/import does not match the id of a person."""
    return [area.router for area in sorted(areas, key=lambda area: len(area.address), reverse=True)]
