"""Requirements for a single value of a request. Clients show the sentence after the name of the value."""

from trackline_schemas.errors.reason import Reason

TIME_ZONE_UNKNOWN = Reason(
    "time_zone_unknown",
    "invalid",
    "is not a time zone of the IANA database, such as Europe/Berlin",
)
NOT_A_WHOLE_NUMBER = Reason("not_a_whole_number", "invalid", "It must be a whole number in plain digits, such as 25.")
NOT_A_BOOLEAN = Reason("not_a_boolean", "invalid", "It must be true or false.")
NOT_AN_INSTANT = Reason("not_an_instant", "invalid", "It must be a day or an instant, such as 2026-03-01T08:00:00Z.")
NULL_NOT_ALLOWED = Reason("null_not_allowed", "invalid", "may not be null: leave it out to keep it as it is")
INSTANT_OUT_OF_RANGE = Reason("instant_out_of_range", "invalid", "lies outside the years 1 to 9999 in UTC")
TEXT_TOO_LONG = Reason("text_too_long", "invalid", "a text may have {bytes} bytes in UTF-8; attach what is longer")
NOT_ENCODED = Reason("not_encoded", "invalid", "This is not base64.")
TEXT_SHOWS_NOTHING = Reason(
    "text_shows_nothing",
    "invalid",
    "It shows nothing: all its characters are invisible.",
)
ADDRESS_MIXES_ALPHABETS = Reason(
    "address_mixes_alphabets",
    "invalid",
    "It mixes letters of alphabets that look alike, such as a Cyrillic а among Latin letters.",
)
RESOLUTION_TOO_LONG = Reason(
    "resolution_too_long",
    "invalid",
    "a resolution may have {bytes} bytes in UTF-8; write the rest in a comment",
)
FIRST_STEP_INCOMPLETE = Reason(
    "first_step_incomplete",
    "invalid",
    "the first step opens the ticket: its changes must name {fields}",
)
SMTP_URL_NOT_VALID = Reason(
    "smtp_url_not_valid",
    "invalid",
    "It must look like smtp://user:password@mail.example.org:587, or smtps:// for TLS at once.",
)
SMTP_URL_WITH_PATH = Reason(
    "smtp_url_with_path",
    "invalid",
    "A mail server has nothing behind host and port. A password with /, ? or # must be percent-encoded.",
)
SENDER_NOT_VALID = Reason("sender_not_valid", "invalid", "It must look like Service Desk <help@example.org>.")
