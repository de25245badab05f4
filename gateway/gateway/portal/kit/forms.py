"""Posted forms. Their CSRF token is checked by gateway.actions.caller."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.datastructures import FormData

from gateway.portal.kit.i18n import gettext
from gateway.portal.kit.reasons import sentence
from trackline_schemas.errors import ServiceError, reason_of

MAX_FIELDS = 1000
# Fields that no page shows again.
SECRET = frozenset({"password", "current", "new"})


class Form(dict[str, list[str]]):
    """The text fields of a form: field → values, stripped, with LF as line ends instead of the CRLF of browsers."""

    def text(self, name: str) -> str:
        return (self.get(name) or [""])[0]

    def many(self, name: str) -> list[str]:
        return self.get(name, [])

    def number(self, name: str) -> int | None:
        value = self.text(name)
        return int(value) if value.isdecimal() else None

    @property
    def key(self) -> str:
        """The idempotency key in a hidden field of the rendered form: the form sent twice is one command."""
        return self.text("key")


async def read_form(request: Request) -> Form:
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as fields:
        return read_texts(request, fields)


def read_texts(request: Request, fields: FormData) -> Form:
    form = Form()
    for name, value in fields.multi_items():
        if isinstance(value, str):
            form.setdefault(name, []).append(_clean(name, value))
    # An error page offers to send the form again.
    request.state.form = form
    return form


def _clean(name: str, value: str) -> str:
    # Spaces at the ends of a password are part of it.
    return value if name in SECRET else value.replace("\r\n", "\n").strip()


Posted = Annotated[Form, Depends(read_form)]


def local_address(address: str, otherwise: str = "/") -> str:
    """Returns `address` if it is a path of this site, else `otherwise`: any other address would be an open redirect."""
    parts = urlsplit(address)
    local = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if local else otherwise


def field_errors(error: ValidationError | ServiceError) -> dict[str, str]:
    """Returns field → sentence, for the places beside the fields."""
    if isinstance(error, ServiceError):
        entries = error.detail.get("errors", [])
        return {str(entry["pointer"]).split("/")[-1]: _explain(entry) for entry in entries if "pointer" in entry}
    return {str(entry["loc"][-1]): _explain_pydantic(entry) for entry in error.errors() if entry["loc"]}


def _explain(entry: Mapping[str, Any]) -> str:
    text = sentence(entry.get("reason", ""), entry.get("params", {}), entry["detail"])
    return text or gettext("This is not valid.")


def _explain_pydantic(error: Mapping[str, Any]) -> str:
    if error["type"] == "string_too_short":
        return gettext("Please fill this in.")
    if error["type"] == "string_too_long":
        return gettext("This is too long.")
    return _explain({"detail": error["msg"], **reason_of(error)})
