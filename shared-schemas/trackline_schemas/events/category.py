from trackline_schemas.base import View

CATEGORY_CHANGED = "category.changed.v1"


class CategoryChanged(View):
    id: str
    name: str
    team_id: str | None = None
    active: bool = True
