from typing import cast

from tickets.usecases.ports import Ports
from trackline_core.records.command import created_id
from trackline_schemas.categories import Category, CreateCategory, UpdateCategory
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.records.kinds.category import KIND
from trackline_schemas.viewer import SYSTEM


def usable(ports: Ports, category_id: str, pointer: str) -> Category:
    category = ports.records[KIND.name].find(category_id)
    if category is None or not category.active:
        raise refuse(reasons.categories.CATEGORY_NOT_ACTIVE, pointer=pointer, category=category_id)
    return cast(Category, category)


def categories(ports: Ports) -> list[Category]:
    """By name; those not active too, since old tickets still name them."""
    return ports.records[KIND.name].select(None, SYSTEM)


def create_category(ports: Ports, command: CreateCategory, context: CallContext) -> Category:
    key = created_id(context, ports.new_id)
    made = ports.records[KIND.name].create(key, command.model_dump(), command.digest(), context)
    return cast(Category, made)


def update_category(ports: Ports, category_id: str, command: UpdateCategory, context: CallContext) -> Category:
    """Members that are present are changed; team_id null takes the default team away."""
    given = command.model_dump(exclude_unset=True)
    changed = ports.records[KIND.name].update(category_id, given, command.digest(), None, context)
    return cast(Category, changed)
