"""Mail addresses that Trackline does not take."""

from trackline_schemas.errors.reason import Reason

EMAIL_NOT_VALID = Reason("email_not_valid", "invalid", "This is not an email address.")
EMAIL_DOTS_NOT_VALID = Reason(
    "email_dots_not_valid",
    "invalid",
    "An email address has no two dots in a row, and no dot at the beginning, at the end or beside the @.",
)
EMAIL_MAILBOX_NOT_VALID = Reason(
    "email_mailbox_not_valid",
    "invalid",
    "The part before the @ may have letters, digits, dots and signs such as - _ and +, but no space and no other sign.",
)
EMAIL_MAILBOX_NOT_ASCII = Reason(
    "email_mailbox_not_ascii",
    "invalid",
    "Not every mail server delivers to an address with letters such as ö before the @. "
    "Enter another address of this person.",
)
EMAIL_MAILBOX_TOO_LONG = Reason(
    "email_mailbox_too_long",
    "invalid",
    "The part before the @ has at most 64 characters.",
)
EMAIL_DOMAIN_NOT_VALID = Reason(
    "email_domain_not_valid",
    "invalid",
    "The part after the @ is not the name of a domain such as example.org.",
)
EMAIL_TOO_LONG = Reason("email_too_long", "invalid", "An email address has at most 254 characters.")
