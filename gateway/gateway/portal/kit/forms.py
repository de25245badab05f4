"""Posted forms. Their CSRF token is checked by gateway.actions.caller."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.datastructures import FormData

from gateway.kit.forms import is_form, read_fields
from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.reasons import sentence
from trackline_schemas.errors import ServiceError, reason_of
from trackline_schemas.plain_values import NUMBER
from trackline_schemas.text.invisible import drop_controls

# The password of whoever was asked for it before the form is carried out. No page has it among the fields of the form.
CONFIRMATION = "confirm_password"
MAX_NUMBER = 2**31
MAX_DIGITS = len(str(MAX_NUMBER))
MAX_DECODINGS = 3
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# field → label, as a msgid. People cannot type a field again whose label is empty.
Secrets = Mapping[str, str]


def parse_number(text: str) -> int | None:
    """Returns None unless the text is a whole number from 1 to MAX_NUMBER. Longer texts are not even converted: Python
    raises ValueError above 4,300 digits."""
    value = int(text) if NUMBER.matches(text) and len(text) <= MAX_DIGITS else 0
    return value if 1 <= value <= MAX_NUMBER else None


class Form(dict[str, list[str]]):
    """The text fields of a form: field → values, stripped, with LF as line ends instead of the CRLF of browsers. No
    page shows the values of the fields in `secrets` again."""

    secrets: Secrets = {}

    def text(self, name: str) -> str:
        return (self.get(name) or [""])[0]

    def many(self, name: str) -> list[str]:
        return self.get(name, [])

    def number(self, name: str) -> int | None:
        return parse_number(self.text(name))

    @property
    def key(self) -> str:
        """The idempotency key in a hidden field of the rendered form: the form sent twice is one command."""
        return self.text("key")


def form_reader(secrets: Secrets) -> Callable[[Request], Awaitable[Form]]:
    """Returns a dependency that reads a form with these secret fields."""

    async def read_form(request: Request) -> Form:
        return read_texts(request, await read_fields(request), secrets)

    return read_form


def read_texts(request: Request, fields: FormData, secrets: Secrets) -> Form:
    form = Form()
    form.secrets = secrets
    for name, value in fields.multi_items():
        if isinstance(value, str) and name != CONFIRMATION:
            # Spaces at the ends of a password are part of it.
            typed = value if name in secrets else drop_controls(value).replace("\r\n", "\n").strip()
            form.setdefault(name, []).append(typed)
    # An error page offers to send the form again.
    request.state.form = form
    return form


# A form without secrets. A form with secrets declares them: Annotated[Form, Depends(form_reader({"password": …}))].
Posted = Annotated[Form, Depends(form_reader({}))]


async def read_confirmation(request: Request) -> str:
    """Returns the password that somebody typed to confirm the form, or "" if the request is no such form."""
    if request.method != "POST" or not is_form(request):
        return ""
    typed = (await read_fields(request)).get(CONFIRMATION)
    return typed if isinstance(typed, str) else ""


def local_address(address: str, otherwise: str = "/") -> str:
    """Returns `address` if it is a path of this site, else `otherwise`: any other address would be an open redirect."""
    path = decoded = re.split(r"[?#]", address, maxsplit=1)[0]
    # A proxy or a browser may decode the path once more.
    for _ in range(MAX_DECODINGS):
        decoded = unquote(decoded)
    local = path.startswith("/") and not _leaves(path) and not _leaves(decoded) and not _UNSEEN.search(address)
    return address if local else otherwise


def _leaves(path: str) -> bool:
    """Tells whether a browser could read the beginning of the path as another host. Browsers ignore tabs and line
    breaks in addresses, and take a backslash for a slash."""
    return path.startswith("//") or "\\" in path or bool(_UNSEEN.search(path))


def field_errors(error: ValidationError | ServiceError) -> dict[str, str]:
    """Returns field → sentence, for the places beside the fields."""
    if isinstance(error, ServiceError):
        entries = error.detail.get("errors", [])
        return {str(entry["pointer"]).split("/")[-1]: _explain(entry) for entry in entries if "pointer" in entry}
    return {str(entry["loc"][-1]): _explain_pydantic(entry) for entry in error.errors() if entry["loc"]}


def _explain(entry: Mapping[str, Any]) -> str:
    # An entry without a reason has the words of Pydantic, which no person should read.
    text = sentence(entry["reason"], entry["params"], entry["detail"]) if entry.get("reason") else ""
    return text or gettext("This is not valid.")


def _explain_pydantic(error: Mapping[str, Any]) -> str:
    reason = reason_of(error)
    if not reason and (error["type"] in ("missing", "string_too_short") or error["input"] in (None, "")):
        return gettext("Please fill this in.")
    if error["type"] == "string_too_long":
        return gettext("This is too long.")
    return _explain({"detail": error["msg"], **reason})
