"""Missing rights and failed sign-ins."""

from trackline_schemas.errors.reason import Reason

ADMINISTRATORS_ONLY = Reason("administrators_only", "forbidden", "Only administrators may do this.")
AGENTS_ONLY = Reason("agents_only", "forbidden", "Only agents may do this.")
DESK_FOR_AGENTS_ONLY = Reason("desk_for_agents_only", "forbidden", "Only agents may use the desk.")
SIGN_IN_FIRST = Reason(
    "sign_in_first",
    "unauthenticated",
    "Sign in, or send an access token as Authorization: Bearer …",
)
PASSWORD_NEEDED_AGAIN = Reason(
    "password_needed_again",
    "forbidden",
    "Confirm your password first, with POST /api/v1/auth/confirm. It counts for {minutes} minutes.",
)
CREDENTIALS_WRONG = Reason("credentials_wrong", "unauthenticated", "The address or the password is not right.")
PASSWORD_CHANGED = Reason("password_changed", "unauthenticated", "The password was changed since. Sign in again.")
SESSION_ENDED = Reason("session_ended", "unauthenticated", "Your session has ended. Sign in again.")
TOO_MANY_WRONG_PASSWORDS = Reason(
    "too_many_wrong_passwords",
    "unauthenticated",
    "Too many wrong passwords. You are signed out here, so sign in again.",
)
ACCOUNT_NOT_ACTIVE = Reason("account_not_active", "unauthenticated", "This account cannot sign in any more.")
ACCESS_TOKEN_NOT_VALID = Reason(
    "access_token_not_valid",
    "unauthenticated",
    "This is not an access token of this Trackline.",
)
ACCESS_TOKEN_EXPIRED = Reason("access_token_expired", "unauthenticated", "The access token has expired. Get a new one.")
REFRESH_TOKEN_NOT_VALID = Reason(
    "refresh_token_not_valid",
    "unauthenticated",
    "The refresh token is not valid any more. Sign in again.",
)
API_KEY_NOT_VALID = Reason(
    "api_key_not_valid",
    "unauthenticated",
    "This API key is unknown, or it was revoked.",
)
API_KEY_EXPIRED = Reason("api_key_expired", "unauthenticated", "This API key has expired. Make a new one.")
API_KEY_ENDS_IN_THE_PAST = Reason("api_key_ends_in_the_past", "invalid", "The key would have expired already.")
API_KEY_ENDS_TOO_LATE = Reason("api_key_ends_too_late", "invalid", "A key works for {most} days at most.")
API_KEY_OUTLIVES_ITS_MAKER = Reason(
    "api_key_outlives_its_maker",
    "invalid",
    "A key that you make with an API key ends no later than that one.",
)
API_KEY_DAYS = Reason("api_key_days", "invalid", "A key works for 1 to {most} days.")
API_KEY_MAY_ONLY_READ = Reason(
    "api_key_may_only_read",
    "forbidden",
    "This API key may only read. Make one with the scope write.",
)
API_KEY_STAYS_REVOKED = Reason(
    "api_key_stays_revoked",
    "conflict",
    "A revoked API key does not come back. Make a new one.",
)
ACCOUNTS_NOT_READ_YET = Reason(
    "accounts_not_read_yet",
    "unavailable",
    "The gateway has not read its accounts yet. Try again in a moment.",
)
TOO_MANY_SIGN_INS_AT_ONCE = Reason(
    "too_many_sign_ins_at_once",
    "unavailable",
    "Too many people are signing in at this moment. Try again in a few seconds.",
)
TOO_MANY_LINKS_ASKED = Reason(
    "too_many_links_asked",
    "unavailable",
    "Too many people are asking for a link at this moment. Try again in a few minutes.",
)
TOO_MANY_ATTEMPTS = Reason("too_many_attempts", "throttled", "Too many attempts. Try again in {seconds} seconds.")
