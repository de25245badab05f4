"""What elements of HTML are, and which of them a program for mail has marked."""

import re
from collections.abc import Mapping

from gateway.mail_reading.mail import Fold

BLOCKS = frozenset(
    "address article aside blockquote center dd details dir div dl dt fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hr li main menu nav ol p pre section summary table tbody tfoot thead tr ul caption".split()
)
VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())
HIDDEN = frozenset("head script style title template noscript object svg math select textarea iframe xml".split())

_QUOTES = {
    "moz-cite-prefix", "moz-forward-container", "gmail_attr", "yahoo_quoted", "protonmail_quote", "zmail_extra",
    "tutanota_quote", "outlookmessageheader", "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message", "gmail_quote_attribution", "reply-intro", "lotusquote", "freebirdquote",
    "messagereplysection",
}  # fmt: skip
_SIGNATURES = {
    "gmail_signature", "gmail_signature_prefix", "moz-signature", "signature", "ms-outlook-mobile-signature",
    "protonmail_signature_block", "composer_signature", "applemailsignature", "applesignature", "tutanota_signature",
    "bloop_sign", "messagesignaturesection", "front-signature", "sh-signature", "mailbox_signature", "zmail_signature",
}  # fmt: skip
# Everything behind them is a quote, which has no marks of its own.
_LAST = {"divrplyfwdmsg", "appendonsend", "stopspelling", "zwchr", "replysplit", "originalcontent"}
# Outlook and Hotmail put these before the names in a mail that they answer.
_PREFIX = re.compile(r"^(?:x_|ecx)+")


def mark(attributes: Mapping[str, str | None]) -> Fold | None:
    names = _names(attributes)
    if names & _QUOTES:
        return Fold.QUOTE
    return Fold.SIGNATURE if names & _SIGNATURES or "data-signatureblock" in attributes else None


def is_last(attributes: Mapping[str, str | None]) -> bool:
    return not _LAST.isdisjoint(_names(attributes))


def is_ruled(tag: str, attributes: Mapping[str, str | None]) -> bool:
    return tag == "hr" or "border-top" in (attributes.get("style") or "").lower()


def _names(attributes: Mapping[str, str | None]) -> set[str]:
    words = " ".join(attributes.get(name) or "" for name in ("class", "id", "name")).lower().split()
    return {_PREFIX.sub("", word) for word in words}
