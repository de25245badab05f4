"""The categories that lists offer and whose names pages show."""

from gateway.portal.kit.visit import Visit
from trackline_schemas.categories import Category
from trackline_schemas.errors import ServiceError


async def list_categories(visit: Visit) -> list[Category]:
    """Returns them by name, or none while the tickets service does not answer."""
    try:
        return sorted(await visit.parts.tickets.categories(visit.reading()), key=lambda known: known.name.casefold())
    except ServiceError:
        return []
