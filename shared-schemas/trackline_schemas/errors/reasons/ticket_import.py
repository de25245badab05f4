"""Importing tickets from another system, and removing them again."""

from trackline_schemas.errors.reason import Reason

IMPORT_FOR_ADMINISTRATORS_ONLY = Reason(
    "import_for_administrators_only",
    "forbidden",
    "Only administrators may import tickets.",
)
REMOVAL_FOR_ADMINISTRATORS_ONLY = Reason(
    "removal_for_administrators_only",
    "forbidden",
    "Only administrators may remove tickets.",
)
TICKET_BEING_REMOVED = Reason(
    "ticket_being_removed",
    "unavailable",
    "The ticket for {reference} is being removed right now. Try again in a moment.",
)
STEP_IN_THE_FUTURE = Reason("step_in_the_future", "invalid", "{time} is in the future. Only the past can be imported.")
REFERENCE_WITHOUT_HISTORY = Reason(
    "reference_without_history",
    "conflict",
    "{number} is the ticket for {reference} already, without its history.",
)
HISTORY_BEGAN_OTHERWISE = Reason(
    "history_began_otherwise",
    "conflict",
    "{number} is the ticket for {reference} already, and step {step} of its history differs from what was imported."
    " Take it out of the file, or import it under another source.",
)
