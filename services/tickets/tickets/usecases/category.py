from tickets import metrics
from tickets.usecases.command import check_same, created_id, domain_rules, with_retries
from tickets.usecases.events import category_event
from tickets.usecases.ports import Ports, Taken
from trackline_schemas.categories import Category, CreateCategory, UpdateCategory
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, not_found, reasons, refuse
from trackline_schemas.viewer import Viewer


def usable(ports: Ports, category_id: str, pointer: str) -> Category:
    category = ports.categories.get(category_id)
    if category is None or not category.active:
        raise refuse(reasons.categories.CATEGORY_NOT_ACTIVE, pointer=pointer, category=category_id)
    return category


def categories(ports: Ports) -> list[Category]:
    """By name; those not active too, since old tickets still name them."""
    return sorted(ports.categories.all(), key=lambda category: category.name.casefold())


def create_category(ports: Ports, command: CreateCategory, context: CallContext) -> Category:
    with metrics.failures_counted("create_category"), domain_rules():
        _check_admin(context.viewer)
        return _create(ports, command, context)


def _create(ports: Ports, command: CreateCategory, context: CallContext) -> Category:
    body, at = command.digest(), ports.clock()
    category = Category(
        id=created_id(context, ports.new_id), updated_at=at, updated_by_id=context.viewer.id, **command.model_dump()
    )
    try:
        ports.categories.insert(category, category_event(category, context, at), body)
    except Taken as taken:
        return _after_collision(ports, taken, category, body)
    metrics.count("create_category", "created")
    return category


def _after_collision(ports: Ports, taken: Taken, category: Category, body: bytes) -> Category:
    first = ports.categories.create_hash(category.id)
    if first is None:
        raise _taken(taken, category)
    check_same(first, body)
    metrics.count("create_category", "repeated")
    stored = ports.categories.get(category.id)
    # Version 1 of it: a repeat answers as the first did.
    return stored if stored and stored.version == category.version else category


def update_category(ports: Ports, category_id: str, command: UpdateCategory, context: CallContext) -> Category:
    """Members that are present are changed; team_id null takes the default team away."""

    def attempt() -> Category:
        now = ports.categories.get(category_id)
        if now is None:
            raise not_found("category", category_id)
        given = command.model_dump(exclude_unset=True)
        after = now.model_copy(update=_without_nulls(given))
        if after == now:
            return now
        at = ports.clock()
        last = {"version": now.version + 1, "updated_at": at, "updated_by_id": context.viewer.id}
        after = after.model_copy(update=last)
        try:
            ports.categories.save(after, category_event(after, context, at))
        except Taken as taken:
            raise _taken(taken, after) from None
        return after

    with metrics.failures_counted("update_category"), domain_rules():
        _check_admin(context.viewer)
        return with_retries(attempt)


def _without_nulls(given: dict[str, object]) -> dict[str, object]:
    for name in ("name", "active"):
        if given.get(name, name) is None:
            raise refuse(reasons.records.FIELD_CANNOT_BE_EMPTIED, pointer=f"/{name}", field=name)
    return given


def _check_admin(viewer: Viewer) -> None:
    if not viewer.admin:
        raise refuse(reasons.categories.CATEGORIES_FOR_ADMINISTRATORS_ONLY)


def _taken(taken: Taken, category: Category) -> ServiceError:
    return refuse(reasons.categories.CATEGORY_NAME_TAKEN, detail={"field": taken.field}, name=category.name)
