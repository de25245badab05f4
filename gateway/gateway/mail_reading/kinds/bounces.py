"""Reads a bounce: which of our mails did not reach whom, and why (RFC 3464, flufl.bounce, and what servers write
freely)."""

import re
from collections.abc import Sequence
from email.message import Message
from email.parser import HeaderParser
from email.utils import parseaddr

from flufl.bounce import all_failures

from gateway.mail_reading.headers import Headers, decode_words
from gateway.mail_reading.mail import Failure, Report
from gateway.mail_reading.parts import inside, walk
from trackline_schemas.text.invisible import clean_line

# characters of a text that are searched, and of a reason that is kept
_SEARCHED, _REASON = 20_000, 1000
_MOST = 100
_STATUS = {"message/delivery-status", "message/global-delivery-status"}
_HEADERS = {"text/rfc822-headers", "text/rfc822", "message/rfc822-headers", "message/global-headers"}
_DAEMONS = {
    "mailer-daemon", "postmaster", "mail-daemon", "maildaemon", "mdaemon", "mailerdaemon", "mail.daemon",
    "majordomo-owner", "microsoftexchange", "mailadmin", "no-reply-mailer",
}  # fmt: skip
_SUBJECT = re.compile(
    r"undeliver|undelivrable|not delivered|non-?delivery|delivery (?:status|fail|error|report|has failed|notification)"
    r"|failure notice|returned (?:mail|to sender)|mail (?:delivery|error|system)|mail could not"
    r"|message (?:error|rejected)"
    r"|delivery problem|unzustellbar|zustell|non remis|échec|retourn|no se (?:puede|pudo) entregar|não entreg|bounce"
    r"|unable to deliver|failed delivery|недоставлен|не доставлен|配信|送信でき|投递|退信",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?<![\d.])[45]\d\d[ -]#?(?P<status>[45]\.\d{1,3}\.\d{1,3})?"
    r"|(?<![\d.])(?P<bare>[45]\.\d\.\d{1,3})(?![\d.])"
)
_PHRASE = re.compile(
    r"(?:could|can|was|were|has|have) ?not (?:be|been)? ?(?:deliver|sent|reach)|undeliverable"
    r"|delivery .{0,40}fail"
    r"|fail\w{0,10} .{0,40}deliver|unable to deliver|unknown user|user unknown"
    r"|no such (?:user|address|recipient|mailbox)"
    r"|mailbox (?:is )?(?:full|unavailable|not found)|over quota|permanent (?:fatal )?error"
    r"|does not exist|error delivering"
    r"|not (?:be )?delivered|was rejected by|host (?:unknown|not found)|address (?:rejected|not found|unknown)"
    r"|did not reach|returned to sender|unrouteable|konnte nicht zugestellt|n.a pas pu être (?:remis|distribu)"
    r"|quota exceed|exceeded .{0,30}(?:quota|limit)|not listed in|invalid (?:recipient|address|user)|配信できません",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<![\w.=-])[\w.+=/'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
# What follows is our own mail.
_COPY = re.compile(
    r"^[ \t]{0,8}(?:Received:|Return-Path:|-+ ?(?:Below this line|This is a copy|Original message|Unsent message"
    r"|Message header|Returned message|The header|Forwarded)|(?:The )?(?:original )?message headers? follow"
    r"|Below is a copy of)",
    re.IGNORECASE | re.MULTILINE,
)
_ANSWER = re.compile(r"(?:re|aw|sv|vs|antw?|odp|r|fwd?|wg|tr|rv|enc|i|vl)\s?:", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"^[>\s]{0,8}Message-ID:\s{0,4}<([^<>\s]{1,900})>", re.IGNORECASE | re.MULTILINE)


def read(message: Message, headers: Headers, text: str) -> Report | None:
    """Returns None for what is no bounce."""
    text = text[:_SEARCHED]
    failures = _reported(message)
    if not failures and not _succeeded(message) and _is_from_server(message, headers):
        failures = _detected(message, text) or _written(message, headers, text)
    return Report(tuple(failures[:_MOST]), original_id(message, text)) if failures else None


def is_report(message: Message) -> bool:
    """Tells whether a server reports on a delivery, whatever came of it."""
    return any(part.get_content_type() in _STATUS for part in walk(message))


def original_id(message: Message, text: str) -> str | None:
    """Returns the Message-ID of the mail that a report is about."""
    for part in walk(message):
        for copy in _copies(part):
            if found := re.search(r"<([^<>\s]{1,900})>", str(copy.get("message-id", ""))):
                return clean_line(found[1])
    found = _MESSAGE_ID.search(text)
    return clean_line(found[1]) if found else None


def _copies(part: Message) -> Sequence[Message]:
    if part.get_content_type() in ("message/rfc822", "message/global", "message/partial"):
        return inside(part)
    if part.get_content_type() in _HEADERS:
        payload = part.get_payload()
        return [HeaderParser().parsestr(payload.lstrip()[:_SEARCHED])] if isinstance(payload, str) else inside(part)
    return ()


def _reported(message: Message) -> list[Failure]:
    """What a report says by RFC 3464."""
    return [failure for block in _blocks(message) if (failure := _failure(block))]


def _succeeded(message: Message) -> bool:
    actions = [str(block.get("action", "")).strip().lower() for block in _blocks(message)]
    return any(action.startswith(("deliver", "relay", "expand")) for action in actions)


def _blocks(message: Message) -> Sequence[Message]:
    reports = [part for part in walk(message) if part.get_content_type() in _STATUS]
    return [block for part in reports for block in _blocks_of(part)]


def _blocks_of(part: Message) -> Sequence[Message]:
    payload = part.get_payload()
    if isinstance(payload, str):
        return [HeaderParser().parsestr(block) for block in re.split(r"\n\s*\n", payload[:_SEARCHED].strip())]
    return inside(part)


def _failure(block: Message) -> Failure | None:
    action = str(block.get("action", "")).strip().lower()
    written = next((str(block[name]) for name in ("original-recipient", "final-recipient") if name in block), "")
    if not written or not action.startswith(("fail", "error", "delay", "expire")):
        return None
    reason = clean_line(decode_words(" ".join(str(block.get("diagnostic-code", "")).split()))[0])[:_REASON]
    status = re.search(r"[245]\.\d{1,3}\.\d{1,3}", f"{block.get('status', '')} {reason}")
    known = status[0] if status else ("4.0.0" if action.startswith("delay") else None)
    return Failure(_bare(written.rpartition(";")[2]), known, reason.partition(";")[2].strip() or reason)


def _bare(written: str) -> str:
    return clean_line(parseaddr(written)[1] or written.strip(" <>"))


def _detected(message: Message, text: str) -> list[Failure]:
    # Its detectors expect a sender in ASCII.
    sender = str(message.get("from", "")).encode("ascii", "replace").decode()
    del message["from"]
    message["from"] = sender or "<>"
    try:
        temporary, permanent = all_failures(message)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []
    found = [_near(_bare(address.decode("ascii", "replace")), text) for address in sorted(permanent)]
    return found + [Failure(_bare(address.decode("ascii", "replace")), "4.0.0") for address in sorted(temporary)]


def _written(message: Message, headers: Headers, text: str) -> list[Failure]:
    """What a server says in its own words. Two of three must speak for it: subject, text, and a copy of our mail."""
    copy = _COPY.search(text)
    words = text[: copy.start()] if copy else text
    coded = _CODE.search(words) is not None
    said = coded or _PHRASE.search(" ".join(words.split())) is not None
    returned = copy is not None or any(_copies(part) for part in walk(message))
    if (_SUBJECT.search(headers.text("subject")) is not None) + said + returned < 2 or _is_answer(headers, coded=coded):
        return []
    ours = {one.address.lower() for name in ("to", "from") for one in headers.addresses(name)}
    found = [address for address in _addresses(message, headers, words) if address.lower() not in ours]
    return [_near(address, words) for address in dict.fromkeys(found)][:10]


def _is_answer(headers: Headers, *, coded: bool) -> bool:
    """A single text that calls itself an answer and names no code is one (RFC 3834)."""
    multipart = headers.text("content-type").lower().startswith("multipart/")
    return not multipart and not coded and headers.text("auto-submitted").lower().startswith("auto-replied")


def _addresses(message: Message, headers: Headers, words: str) -> Sequence[str]:
    named = _ADDRESS.findall(headers.text("x-failed-recipients")) or _ADDRESS.findall(words)
    if named:
        return named
    copies = (copy for part in walk(message) for copy in _copies(part))
    return [address for copy in copies for address in _ADDRESS.findall(str(copy.get("to", ""))[:_SEARCHED])]


def _is_from_server(message: Message, headers: Headers) -> bool:
    """What a person forwards or answers is none."""
    subject, written = headers.text("subject"), headers.text("from").lower()
    senders = [one.address.partition("@")[0].lower() for one in headers.addresses("from")]
    if any(sender in _DAEMONS for sender in senders) or any(name in written for name in ("daemon", "mail delivery")):
        return True
    if message.get_content_subtype() == "report" or headers.text("return-path") == "<>":
        return True
    return _SUBJECT.search(subject) is not None and not _ANSWER.match(subject)


def _near(address: str, text: str) -> Failure:
    """Returns what the text says after the address, or else anywhere."""
    place = max(0, text.find(address))
    code = _CODE.search(text, place) or _CODE.search(text)
    status = (code["status"] or code["bare"]) if code else None
    line = text[code.start() :].split("\n", 1)[0] if code else ""
    return Failure(address, status or (f"{code[0][0]}.0.0" if code else None), clean_line(line)[:_REASON])
