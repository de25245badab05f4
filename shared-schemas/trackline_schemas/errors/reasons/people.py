"""Accounts and teams."""

from trackline_schemas.errors.reason import Reason

NO_ACTIVE_PERSON = Reason("no_active_person", "invalid", "There is no active person with this id.")
NO_ACTIVE_TEAM = Reason("no_active_team", "invalid", "There is no active team with this id.")
PERSON_UNKNOWN = Reason("person_unknown", "invalid", "There is no person with this id.")
TEAM_UNKNOWN = Reason("team_unknown", "invalid", "There is no team with this id.")
ROLE_IN_UNKNOWN_TEAM = Reason("role_in_unknown_team", "invalid", "There is no team {team}.")
SUCCESSOR_NO_AGENT = Reason(
    "successor_no_agent",
    "invalid",
    "Only another active agent can get the tickets of somebody who leaves.",
)
TEAMS_FOR_AGENTS_ONLY = Reason("teams_for_agents_only", "forbidden", "Only agents see teams.")
RIGHTS_FOR_ADMINISTRATORS_ONLY = Reason(
    "rights_for_administrators_only",
    "forbidden",
    "Only administrators may create accounts with rights, or set passwords.",
)
LAST_ADMINISTRATOR = Reason(
    "last_administrator",
    "conflict",
    "This is the last active administrator. Make somebody else an administrator first.",
)
OWN_PASSWORD_ELSEWHERE = Reason(
    "own_password_elsewhere",
    "conflict",
    "Change your own password with POST /api/v1/users/me/password.",
)
PRESENT_PASSWORD_WRONG = Reason("present_password_wrong", "invalid", "This is not your current password.")
PASSWORD_TOO_SHORT = Reason("password_too_short", "invalid", "A password must have {least} to {most} characters.")
PASSWORD_TOO_COMMON = Reason(
    "password_too_common",
    "invalid",
    "This password is easy to guess. Choose several unrelated words, or a longer password.",
)
PASSWORD_HAS_OWN_WORDS = Reason(
    "password_has_own_words",
    "invalid",
    "This password is made of your name, your address or the name of the organisation. Add other words.",
)
PASSWORD_WITH_HIDDEN_CHARACTERS = Reason(
    "password_with_hidden_characters",
    "invalid",
    "A password cannot contain control characters or invisible characters. Leave them out.",
)
PASSWORD_ALREADY_CHOSEN = Reason("password_already_chosen", "conflict", "This person has chosen a password already.")
ACCOUNT_TO_ACTIVATE_FIRST = Reason(
    "account_to_activate_first",
    "conflict",
    "This account is not active: activate it first.",
)
LINK_NOT_VALID = Reason("link_not_valid", "invalid", "This link was used, or it has expired. Ask for a new one.")
