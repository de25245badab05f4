"""What can be wrong with a row of a file of people."""

from collections.abc import Mapping

from gateway.people.domain.sheet import Problem
from trackline_schemas.errors import Reason, reasons

ADDRESS_REASONS = (
    reasons.addresses.EMAIL_DOTS_NOT_VALID,
    reasons.addresses.EMAIL_MAILBOX_NOT_VALID,
    reasons.addresses.EMAIL_MAILBOX_NOT_ASCII,
    reasons.addresses.EMAIL_MAILBOX_TOO_LONG,
    reasons.addresses.EMAIL_DOMAIN_NOT_VALID,
    reasons.addresses.EMAIL_TOO_LONG,
    reasons.values.ADDRESS_MIXES_ALPHABETS,
)
# Code → reason. The API and the stored documents have the code; the reason has the sentence.
REASONS: Mapping[str, Reason] = {
    "missing_name": reasons.people_import.ROW_NAME_MISSING,
    "missing_email": reasons.people_import.ROW_EMAIL_MISSING,
    "bad_email": reasons.people_import.ROW_EMAIL_NOT_VALID,
    **{reason.name: reason for reason in ADDRESS_REASONS},
    "twice": reasons.people_import.ROW_EMAIL_TWICE,
    "bad_language": reasons.people_import.ROW_LANGUAGE_NOT_VALID,
    "bad_time_zone": reasons.people_import.ROW_TIME_ZONE_UNKNOWN,
    "no_team": reasons.people_import.ROW_TEAM_NOT_ACTIVE,
    "too_long": reasons.people_import.ROW_TEXT_TOO_LONG,
    "cells": reasons.people_import.ROW_WITH_TOO_MANY_CELLS,
    "several": reasons.people_import.ROW_MAY_BE_SEVERAL,
    "letters_lost": reasons.people_import.ROW_LETTERS_LOST,
    "failed": reasons.people_import.ROW_NOT_STORED,
    "stopped": reasons.people_import.ROW_STOPPED_THE_IMPORT,
    reasons.values.TEXT_SHOWS_NOTHING.name: reasons.values.TEXT_SHOWS_NOTHING,
}


def describe(problem: Problem) -> str:
    """Returns an English sentence."""
    return REASONS[problem.code].render({"value": problem.value})
