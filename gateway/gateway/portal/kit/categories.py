"""The categories, for lists to choose from and for their names."""

from gateway.portal.kit.visit import Visit
from trackline_schemas.categories import Category
from trackline_schemas.errors import ServiceError


async def categories_of(visit: Visit) -> list[Category]:
    try:
        return sorted(await visit.parts.tickets.categories(visit.reading()), key=lambda known: known.name.casefold())
    except ServiceError:
        return []
