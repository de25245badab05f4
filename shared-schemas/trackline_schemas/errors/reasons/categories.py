"""Categories of tickets."""

from trackline_schemas.errors.reason import Reason

CATEGORIES_FOR_ADMINISTRATORS_ONLY = Reason(
    "categories_for_administrators_only",
    "forbidden",
    "Only administrators may change categories.",
)
CATEGORY_NAME_TAKEN = Reason("category_name_taken", "conflict", "There is an active category {name} already.")
CATEGORY_NOT_ACTIVE = Reason("category_not_active", "invalid", "There is no active category {category}.")
CATEGORY_UNKNOWN = Reason("category_unknown", "invalid", "There is no category {category}.")
