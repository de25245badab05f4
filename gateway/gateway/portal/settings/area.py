"""A part of the settings. Each lives in a folder of its own beside this file and declares itself in its `routes.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from fastapi import APIRouter


@dataclass(frozen=True)
class Area:
    """`title` and `text` are messages of the catalogue: the search over the settings looks at both. Areas appear by
    `place`, smallest first."""

    place: int
    address: str
    icon: str
    title: str
    text: str
    router: APIRouter


def areas(folders: Sequence[str]) -> list[Area]:
    """The AREA of each folder's `routes.py`, by place."""
    names = [found.name for found in iter_modules(list(folders)) if found.ispkg]
    found = [import_module(f"{__package__}.{name}.routes").AREA for name in names]
    return sorted(found, key=lambda area: (area.place, area.title))


def routers(areas: Sequence[Area]) -> list[APIRouter]:
    """Longer addresses first: "import" in /settings/people/import must not count as the id of a person."""
    return [area.router for area in sorted(areas, key=lambda area: len(area.address), reverse=True)]
