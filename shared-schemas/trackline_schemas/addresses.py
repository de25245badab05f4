"""Mail addresses: which ones Trackline takes, and the form in which mail servers get them.

Trackline keeps and shows the domain in its Unicode form, such as müller.example. Mail servers get its ASCII form (IDNA
2008), which each of them takes. A mailbox has no such form: one with other letters than those of ASCII needs SMTPUTF8
from every server on its way, which nobody can know beforehand. So Trackline does not take such addresses.
"""

from email.utils import parseaddr
from functools import partial

import email_validator
import idna
from email_validator import EmailNotValidError, ValidatedEmail

from trackline_schemas.errors import Reason, reasons, refuse, value_error

LONGEST = 254
# RFC 5321, 4.5.3.1.1
LONGEST_MAILBOX = 64
# The mail server of an intranet takes mail for addresses such as anna@firm.local.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()
_validate = partial(email_validator.validate_email, allow_smtputf8=False, check_deliverability=False)


def check(address: str) -> str:
    """Returns the address with its domain in Unicode. Raises the ValueError of a Pydantic validator for an address that
    Trackline does not take."""
    try:
        return _parse(address, strict=True).normalized
    except EmailNotValidError:
        raise value_error(_find_problem(address)) from None


def to_ascii(address: str) -> str:
    """Returns the address as mail servers take it. Raises ServiceError invalid for an address that nobody could deliver
    to, which an earlier release may have stored. Whether a stored mailbox is too long is up to its server."""
    try:
        return str(_parse(address).ascii_email)
    except EmailNotValidError:
        raise refuse(_find_problem(address)) from None


def host_to_ascii(host: str) -> str:
    """Returns the name of a host as resolvers take it. Raises ValueError for what is no such name."""
    return host if host.isascii() else idna.encode(host, uts46=True).decode()


def split_sender(value: str) -> tuple[str, str]:
    """Returns the name and the address of `Name <address>`, or "" and the address. The name may be in quotes. An
    earlier release also took `address (Name)`."""
    name, bracket, rest = value.strip().rpartition("<")
    if not bracket:
        return parseaddr(rest) if rest.endswith(")") else ("", rest)
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return name, rest.removesuffix(">")


def _parse(address: str, *, strict: bool = False) -> ValidatedEmail:
    """`strict` refuses a mailbox that is longer than LONGEST_MAILBOX."""
    # The library takes much longer for a very long text.
    if len(address) > LONGEST:
        raise EmailNotValidError
    # Within an intranet, a domain may have no dot. The last part of any other one begins with a letter.
    return _validate(address, strict=strict, globally_deliverable="." in address.rpartition("@")[2])


def _find_problem(address: str) -> Reason:
    """Returns why the library refuses an address. Its own sentences are English only."""
    mailbox, _, domain = address.rpartition("@")
    of_addresses = reasons.addresses
    if not mailbox or not domain or "@" in mailbox:
        return of_addresses.EMAIL_NOT_VALID if len(address) <= LONGEST else of_addresses.EMAIL_TOO_LONG
    # The parts are judged alone, and so a long address is too long only if nothing else is wrong with it.
    problems = {
        of_addresses.EMAIL_DOTS_NOT_VALID: any(".." in part or part.strip(".") != part for part in (mailbox, domain)),
        of_addresses.EMAIL_MAILBOX_NOT_ASCII: not mailbox.isascii(),
        of_addresses.EMAIL_MAILBOX_NOT_VALID: not _is_valid(f"{mailbox[:240]}@example.org"),
        of_addresses.EMAIL_DOMAIN_NOT_VALID: not _is_valid(f"a@{domain[:LONGEST]}"),
        of_addresses.EMAIL_MAILBOX_TOO_LONG: len(mailbox) > LONGEST_MAILBOX and len(address) <= LONGEST,
    }
    return next((reason for reason, found in problems.items() if found), of_addresses.EMAIL_TOO_LONG)


def _is_valid(address: str) -> bool:
    try:
        _parse(address)
    except EmailNotValidError:
        return False
    return True
