"""Tells what wrote a mail. The first that fits counts."""

import re
from email.message import Message

from gateway.mail_reading.headers import Headers
from gateway.mail_reading.kinds import bounces
from gateway.mail_reading.mail import Kind, Report
from gateway.mail_reading.parts import inside, walk

# A mail that passed so many servers goes round in circles.
MOST_HOPS = 50
# A server that forwards to itself names the same mailbox each time.
MOST_DELIVERIES = 4
_AWAY = re.compile(
    r"(?:\W|re:|aw:|sv:)*(?:auto(?:matic|mated)?[ -]?(?:repl|respon|answer)|out of (?:the )?office|on vacation"
    r"|vacation reply"
    r"|automatische (?:antwort|abwesenheit)|abwesenheits(?:notiz|nachricht|assistent)|réponse automatique"
    r"|absence du bureau"
    r"|respuesta autom|risposta automatica|resposta autom|automatisch antwoord|afwezig|autosvar|automatisk|automatiskt"
    r"|automaattinen|automatyczna odpowied|automatická odpov|автоответ|автоматический ответ"
    r"|自动回复|自動返信|자동 회신)",
    re.IGNORECASE,
)
_FEEDBACK = re.compile(r"^Feedback-Type:\s*([\w-]{1,40})", re.IGNORECASE | re.MULTILINE)
_SILENT = {"all", "oof", "autoreply"}


def find(message: Message, headers: Headers, text: str) -> tuple[Kind, Report | None]:
    """Returns the kind, and what a bounce or a complaint reports."""
    if _is_loop(headers):
        return Kind.LOOP, None
    if complaint := _complaint(message, headers, text):
        return Kind.COMPLAINT, complaint
    if bounce := bounces.read(message, headers, text):
        return Kind.BOUNCE, bounce
    if _is_automatic(message, headers):
        return Kind.AUTOMATIC, None
    if any(part.get_content_type() == "text/calendar" and _is_invitation(part) for part in walk(message)):
        return Kind.INVITATION, None
    return (Kind.BULK if _is_bulk(headers) else Kind.ORDINARY), None


def _is_loop(headers: Headers) -> bool:
    delivered = [value.lower() for value in headers.kept().get("delivered-to", ())]
    circles = any(delivered.count(one) >= MOST_DELIVERIES for one in set(delivered))
    return circles or headers.count("received") > MOST_HOPS


def _complaint(message: Message, headers: Headers, text: str) -> Report | None:
    """Reads a feedback report (RFC 5965), and what Hotmail and Apple send in its place."""
    for part in walk(message):
        if part.get_content_type() == "message/feedback-report":
            named = _FEEDBACK.search(_fields(part))
            return Report((), bounces.original_id(message, text), named[1].lower() if named else "abuse")
    if headers.text("subject").lower().startswith("complaint about message from"):
        return Report((), bounces.original_id(message, text), "abuse")
    if headers.text("x-apple-unsubscribe").lower() == "true":
        return Report((), None, "opt-out")
    return None


def _fields(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, str):
        return payload
    return "\n".join(f"{name}: {value}" for child in inside(part) for name, value in child.items())


def _is_automatic(message: Message, headers: Headers) -> bool:
    submitted = headers.text("auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if headers.count("x-autoreply") or headers.count("x-autorespond") or headers.count("x-apple-action"):
        return True
    suppressed = {word.strip() for word in headers.text("x-auto-response-suppress").lower().split(",")}
    if suppressed & _SILENT or headers.text("precedence").lower() == "auto_reply":
        return True
    if headers.text("return-path") == "<>" or _is_receipt(message) or bounces.is_report(message):
        return True
    return _AWAY.match(headers.text("subject")) is not None


def _is_receipt(message: Message) -> bool:
    return any(part.get_content_type() == "message/disposition-notification" for part in walk(message))


def _is_invitation(part: Message) -> bool:
    return "method" in str(part.get("content-type", "")).lower() or part.get_content_disposition() != "attachment"


def _is_bulk(headers: Headers) -> bool:
    lists = any(headers.count(name) for name in ("list-id", "list-unsubscribe", "list-post"))
    return lists or headers.text("precedence").lower() in ("bulk", "list", "junk")
