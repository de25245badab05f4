"""Checks the passwords that people choose, and hashes those that they may have."""

from collections.abc import Mapping
from typing import Any

from gateway.people.domain.password_rule import LONGEST, SHORTEST, Refusal, Verdict, own_words
from gateway.people.models import PasswordStrength
from gateway.people.usecases.ports import Ports
from trackline_core.records.decide import Document
from trackline_schemas.errors import ServiceError, reasons, refuse

HIDDEN: Refusal = "password_with_hidden_characters"


async def hash_new(ports: Ports, password: str, account: Mapping[str, Any], pointer: str = "/password") -> str:
    """`account` has the members `name` and `emails`. Raises ServiceError invalid for a password that nobody should
    have, and unavailable if too many passwords are checked at once."""
    return await ports.passwords.hash(await check(ports, password, account, pointer))


async def check(ports: Ports, password: str, account: Mapping[str, Any], pointer: str = "/password") -> str:
    """Returns the form of the password to hash. Raises ServiceError as `hash_new` does."""
    prepared = ports.passwords.prepare(password)
    verdict = await _judge(ports, prepared, account)
    if prepared is None or verdict.refusal is not None:
        raise _refused(verdict.refusal or HIDDEN, pointer)
    return prepared


async def estimate_strength(ports: Ports, password: str, account: Document, now: float) -> PasswordStrength:
    """`now` is the time of any one clock in seconds. Raises ServiceError throttled if the account asks too often."""
    pause = ports.strength_rate.take(account["_id"], now)
    if pause:
        seconds = round(pause) + 1
        raise refuse(reasons.access.TOO_MANY_ATTEMPTS, detail={"retry_after": seconds}, seconds=seconds)
    verdict = await _judge(ports, ports.passwords.prepare(password), account)
    refused = _refused(verdict.refusal, "/password") if verdict.refusal else None
    return PasswordStrength(
        score=verdict.score,
        accepted=refused is None,
        reason=refused.reason if refused else None,
        params=refused.params if refused else {},
        detail=refused.message if refused else None,
    )


async def _judge(ports: Ports, prepared: str | None, account: Mapping[str, Any]) -> Verdict:
    if prepared is None:
        return Verdict(0, HIDDEN)
    words = own_words(account["name"], account["emails"], ports.directory.organisation.name)
    return await ports.guesses.judge(prepared, words)


def _refused(refusal: Refusal, pointer: str) -> ServiceError:
    match refusal:
        case "password_too_short":
            return refuse(reasons.people.PASSWORD_TOO_SHORT, pointer=pointer, least=SHORTEST, most=LONGEST)
        case "password_too_common":
            return refuse(reasons.people.PASSWORD_TOO_COMMON, pointer=pointer)
        case "password_with_hidden_characters":
            return refuse(reasons.people.PASSWORD_WITH_HIDDEN_CHARACTERS, pointer=pointer)
        case "password_has_own_words":
            return refuse(reasons.people.PASSWORD_HAS_OWN_WORDS, pointer=pointer)
