"""Errors in the form of a request, independent of what it asks for."""

from trackline_schemas.errors.reason import Reason

VALUES_NOT_VALID = Reason("values_not_valid", "invalid", "Some values are not valid: {problems}")
REQUEST_NOT_VALID = Reason("request_not_valid", "invalid", "The request does not have the right form.")
VALUE_NOT_ENCODABLE = Reason(
    "value_not_encodable",
    "invalid",
    "The request holds a value that cannot be passed on: {why}.",
)
FORM_FIELD_MISSING = Reason("form_field_missing", "invalid", "The form needs the field {name}.")
PAGE_SIZE_OUT_OF_RANGE = Reason("page_size_out_of_range", "invalid", "size must be between 1 and {most}.")
SORT_UNKNOWN = Reason(
    "sort_unknown",
    "invalid",
    "There is no order {sort}. Known, each also with a leading minus: {sorts}.",
)
PARAMETER_UNKNOWN = Reason(
    "parameter_unknown",
    "invalid",
    "There is no parameter {name} here. Known: {parameters}.",
)
PARAMETERS_NOT_TAKEN = Reason(
    "parameters_not_taken",
    "invalid",
    "There is no parameter {name} here. This address takes no parameters.",
)
PARAMETER_REPEATED = Reason(
    "parameter_repeated",
    "invalid",
    "There is more than one {name} in the request, and it takes one value. Send it once.",
)
MEMBER_REPEATED = Reason(
    "member_repeated",
    "malformed",
    "An object in the JSON has the member {name} more than once. Send it once.",
)
BODY_NOT_JSON = Reason("body_not_json", "malformed", "The body is not JSON: {why}.")
BODY_IN_OTHER_ENCODING = Reason(
    "body_in_other_encoding", "malformed", "The body is not UTF-8, the only encoding that JSON has."
)
REQUEST_NOT_READABLE = Reason("request_not_readable", "malformed", "The request cannot be read: {why}.")
CALL_NOT_VALID = Reason("call_not_valid", "malformed", "The arguments of {method} are not valid: {why}.")
IF_MATCH_NOT_AN_ETAG = Reason(
    "if_match_not_an_etag",
    "malformed",
    'If-Match takes ETags in double quotes as they were answered, such as "7".',
)
HOST_NOT_VALID = Reason("host_not_valid", "malformed", "The header Host is not the name of a host.")
NOT_TEXT = Reason(
    "not_text",
    "malformed",
    "The request holds control characters, such as NUL, which are not text. Send it without them.",
)
CONTENT_TYPE_NOT_JSON = Reason("content_type_not_json", "unsupported_media_type", "Send the body as application/json.")
BODY_TOO_LARGE = Reason("body_too_large", "too_large", "A request may have {megabytes} MB at most.")
BODY_TOO_SLOW = Reason("body_too_slow", "malformed", "The body of the request came too slowly. Send it again.")
TOO_MANY_UNFINISHED = Reason(
    "too_many_unfinished",
    "unavailable",
    "Too many requests are unfinished at this moment. Send the request again.",
)
TOO_MANY_BODIES = Reason(
    "too_many_bodies",
    "throttled",
    "You are sending more than {most} requests with a body at once. Wait until one of them has ended.",
)
TOO_MANY_WRITES = Reason(
    "too_many_writes",
    "throttled",
    "You have made {most} changes within an hour, and more are not possible. Try again later.",
)
TOO_MANY_STREAMS = Reason(
    "too_many_streams",
    "throttled",
    "You have {most} live streams open already. Close one first.",
)
CURSOR_NOT_OF_THIS_LIST = Reason(
    "cursor_not_of_this_list",
    "invalid_cursor",
    "The cursor page[after] is not one that this list gave out. Start without it.",
)
ADDRESS_UNKNOWN = Reason("address_unknown", "not_found", "There is nothing at {path}.")
METHOD_NOT_ALLOWED = Reason(
    "method_not_allowed",
    "method_not_allowed",
    "The method {method} is not allowed at this address.",
)
IDEMPOTENCY_KEY_REUSED = Reason(
    "idempotency_key_reused",
    "key_reused",
    "This Idempotency-Key was used for another request. Use a new key for each new request.",
)
FORM_OUT_OF_DATE = Reason("form_out_of_date", "forbidden", "The form is out of date: reload the page.")
CSRF_TOKEN_WRONG = Reason(
    "csrf_token_wrong",
    "forbidden",
    "The form is out of date: reload the page. (Scripts send {header} with the cookie.)",
)
