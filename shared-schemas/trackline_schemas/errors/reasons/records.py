"""Objects with an id and versions, such as people, teams and categories."""

from trackline_schemas.errors.reason import Reason

NOT_FOUND = Reason("not_found", "not_found", "There is no {thing} {key}, or you may not see it.")
ALREADY_TAKEN = Reason("already_taken", "conflict", "This is already in use by another {thing}.")
CHANGED_MEANWHILE = Reason(
    "changed_meanwhile",
    "version_conflict",
    "Somebody changed this {thing} in the meantime. Read it again, then repeat your change.",
)
TOO_MANY_CHANGES_AT_ONCE = Reason(
    "too_many_changes_at_once",
    "conflict",
    "Too many changes of this {thing} at once. Try again.",
)
CHANGE_STILL_RUNNING = Reason(
    "change_still_running",
    "conflict",
    "Another change of this kind is still running. Try again in a minute.",
)
FIELD_CANNOT_BE_EMPTIED = Reason(
    "field_cannot_be_emptied",
    "invalid",
    "{field} cannot be empty: leave it out or give a value.",
)
TEMPLATE_OF_OTHERS = Reason(
    "template_of_others",
    "forbidden",
    "You may change your own templates and those of your teams. Only administrators may change those for everybody.",
)
VARIABLE_UNKNOWN = Reason("variable_unknown", "invalid", "There is no variable {name}. Known: {example}.")
TEAM_FOR_TEAM_TEMPLATES = Reason(
    "team_for_team_templates",
    "invalid",
    "Name a team if the template is for a team, and only then.",
)
NOTHING_TO_UNDO = Reason("nothing_to_undo", "invalid", "There is nothing to undo.")
