from trackline_schemas.categories import Category, CreateCategory, UpdateCategory
from trackline_schemas.errors.reasons.categories import CATEGORIES_FOR_ADMINISTRATORS_ONLY, CATEGORY_NAME_TAKEN
from trackline_schemas.events import CATEGORY_CHANGED, CategoryChanged
from trackline_schemas.records.kind import RecordKind

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
