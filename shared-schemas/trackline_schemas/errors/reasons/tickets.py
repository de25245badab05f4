"""Tickets: reading, opening and changing them."""

from trackline_schemas.errors.reason import Reason

# reading
VIEW_UNKNOWN = Reason("view_unknown", "not_found", "There is no such view.")
TICKET_NOT_THERE_YET = Reason("ticket_not_there_yet", "not_found", "{number} did not exist at {time}.")
TOO_MANY_COUNTS = Reason("too_many_counts", "invalid", "At most {most} counts at a time.")
# opening
CHANNEL_FOR_AGENTS_ONLY = Reason("channel_for_agents_only", "forbidden", "Only agents may open a ticket by {channel}.")
OTHER_REQUESTER_FOR_AGENTS_ONLY = Reason(
    "other_requester_for_agents_only",
    "forbidden",
    "Only agents may open a ticket for another person.",
)
FIELD_FOR_AGENTS_ONLY = Reason("field_for_agents_only", "forbidden", "Only agents may set {field}: leave it out.")
REFERENCE_NEEDS_SOURCE = Reason(
    "reference_needs_source",
    "invalid",
    "An external_ref is unique within its source: name the source.",
)
REFERENCE_TAKEN = Reason("reference_taken", "conflict", "There is a ticket for {reference} already.")
REFERENCE_TAKEN_BY = Reason("reference_taken_by", "conflict", "{number} is the ticket for {reference} already.")
TICKET_OPENED_BEFORE = Reason(
    "ticket_opened_before",
    "forbidden",
    "This request has opened {number} before. You may not read that ticket.",
)
NO_FREE_TICKET_NUMBER = Reason(
    "no_free_ticket_number",
    "unavailable",
    "No free ticket number was found. Send the request again.",
)
# changing
TICKET_READ_ONLY = Reason(
    "ticket_read_only",
    "forbidden",
    "You may read {number} but not change it: that takes the role reply in its team.",
)
TICKET_TAKES_NO_REPLIES = Reason(
    "ticket_takes_no_replies",
    "ticket_closed",
    "{number} is {state} and takes no more replies. Open a new ticket and mention {number}.",
)
TRANSITION_NOT_POSSIBLE = Reason(
    "transition_not_possible",
    "transition_not_allowed",
    "A ticket that is {state} cannot become {wanted}, only {states}.",
)
STATE_IS_FINAL = Reason(
    "state_is_final",
    "transition_not_allowed",
    "A ticket that is {state} cannot become {wanted}: it keeps its state.",
)
STATE_FOR_AGENTS_ONLY = Reason(
    "state_for_agents_only",
    "forbidden",
    "You may cancel your ticket while it is active, and confirm or reopen it when it is resolved. Only agents"
    " may make it {wanted} now.",
)
REQUESTER_CANNOT_SET_STATE = Reason(
    "requester_cannot_set_state",
    "invalid",
    "A request can be cancelled, closed or opened again here.",
)
FIELDS_FOR_AGENTS_ONLY = Reason(
    "fields_for_agents_only",
    "forbidden",
    "Only agents may change {fields}. Tell them in a comment what should be different.",
)
NOTES_FOR_AGENTS_ONLY = Reason("notes_for_agents_only", "forbidden", "Only agents may write internal notes.")
PARTICIPANTS_ONLY_REPLY = Reason(
    "participants_only_reply", "forbidden", "Only the requester and agents may change this ticket. You may reply to it."
)
TIME_FOR_AGENTS_ONLY = Reason("time_for_agents_only", "forbidden", "Only agents may record time.")
ASSIGNEE_CANNOT_ANSWER = Reason(
    "assignee_cannot_answer",
    "invalid",
    "This person cannot reply to tickets of this team. Choose somebody who has the role reply there.",
)
RESOLUTION_MISSING = Reason(
    "resolution_missing",
    "invalid",
    "A resolved ticket needs a {field}: say how it was resolved.",
)
PRIORITY_NEEDS_REASON = Reason(
    "priority_needs_reason",
    "invalid",
    "Impact and urgency give priority {computed}. Say in priority_reason why it should be {asked}, or set"
    " priority {computed}.",
)
REASON_NEEDS_PRIORITY = Reason("reason_needs_priority", "invalid", "A reason goes with a priority: send both.")
# versions
TICKET_CHANGED_MEANWHILE = Reason(
    "ticket_changed_meanwhile",
    "version_conflict",
    "{number} is at version {version}, not {base}. Read it again.",
)
FIELDS_CHANGED_MEANWHILE = Reason(
    "fields_changed_meanwhile",
    "version_conflict",
    "Somebody else changed {fields} in the meantime. Decide which value is right.",
)
VERSION_NOT_THERE_YET = Reason("version_not_there_yet", "invalid", "{number} has no version {version} yet.")
VERSION_NOT_IN_LOG = Reason("version_not_in_log", "internal", "Version {version} of {number} is not in the log.")
