from typing import cast

from tickets.usecases.ports import Ports
from trackline_core.records.command import choose_id
from trackline_schemas.categories import Category, CreateCategory, UpdateCategory
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.records.kinds.category import KIND
from trackline_schemas.viewer import SYSTEM


def get_active(ports: Ports, category_id: str, pointer: str) -> Category:
    category = ports.records[KIND.name].find(category_id)
    if category is None or not category.active:
        raise refuse(reasons.categories.CATEGORY_NOT_ACTIVE, pointer=pointer, category=category_id)
    return cast(Category, category)


def categories(ports: Ports) -> list[Category]:
    """Returns all categories by name. Inactive ones are included, because old tickets still refer to them."""
    return ports.records[KIND.name].select(None, SYSTEM)


def create_category(ports: Ports, command: CreateCategory, context: CallContext) -> Category:
    key = choose_id(context, ports.new_id)
    created = ports.records[KIND.name].create(key, command.model_dump(), command.digest(), context)
    return cast(Category, created)


def update_category(ports: Ports, category_id: str, command: UpdateCategory, context: CallContext) -> Category:
    """Changes the members that are present. A null team_id removes the default team."""
    given = command.model_dump(exclude_unset=True)
    changed = ports.records[KIND.name].update(category_id, given, command.digest(), None, context)
    return cast(Category, changed)
