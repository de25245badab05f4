from trackline_schemas.base import View
from trackline_schemas.categories import Category, CreateCategory, UpdateCategory
from trackline_schemas.errors.reasons.categories import CATEGORIES_FOR_ADMINISTRATORS_ONLY, CATEGORY_NAME_TAKEN
from trackline_schemas.records.kind import RecordKind

CATEGORY_CHANGED = "category.changed.v1"


class CategoryChanged(View):
    id: str
    name: str
    team_id: str | None = None
    active: bool = True


KIND = RecordKind(
    name="category",
    event_type=CATEGORY_CHANGED,
    event=CategoryChanged,
    create=CreateCategory,
    update=UpdateCategory,
    view=Category,
    collection="categories",
    log="category_events",
    address="/api/v1/categories",
    taken=CATEGORY_NAME_TAKEN,
    forbidden=CATEGORIES_FOR_ADMINISTRATORS_ONLY,
    may_be_empty=frozenset({"team_id"}),
    filters={"active": "bool", "team_id": "keyword"},
    references={"team_id": "team"},
)
