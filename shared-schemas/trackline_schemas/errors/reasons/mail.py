"""Outgoing mail."""

from trackline_schemas.errors.reason import Reason

MAIL_SETTINGS_FOR_ADMINISTRATORS_ONLY = Reason(
    "mail_settings_for_administrators_only",
    "forbidden",
    "Only administrators may see and change the email settings.",
)
PASSWORD_NOT_KEPT = Reason(
    "password_not_kept",
    "conflict",
    "The password that {value} had is not kept. Enter the server and the password again in Settings → Email.",
)
DELIVERIES_FOR_ADMINISTRATORS_ONLY = Reason(
    "deliveries_for_administrators_only",
    "forbidden",
    "Only administrators may see which emails went out.",
)
