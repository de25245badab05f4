"""The first administrator, so that somebody can get in."""

import structlog
from pydantic import ValidationError

from gateway.kit.settings import Settings
from gateway.kit.system_context import system_context
from gateway.people.models import CreateUser
from gateway.people.usecases.ports import UserStore
from gateway.people.usecases.user import Users
from trackline_schemas.errors import ServiceError

_log = structlog.get_logger(__name__)


async def make_first_administrator(store: UserStore, users: Users, settings: Settings) -> None:
    """Two gateways that start at once derive the same id, so that only one account comes of it."""
    if await store.has_administrator():
        return
    if settings.admin_password is None:
        _log.warning("there is no administrator: set TRACKLINE_ADMIN_PASSWORD and start again")
        return
    try:
        command = CreateUser.model_validate(
            {
                "name": "Administrator",
                "emails": [settings.admin_email],
                "password": settings.admin_password.get_secret_value(),
                "admin": True,
            }
        )
        created = await users.create(system_context("first administrator"), command)
    except ValidationError as error:
        problems = "; ".join(f"{entry['loc']}: {entry['msg']}" for entry in error.errors(include_input=False))
        _log.error("TRACKLINE_ADMIN_EMAIL or TRACKLINE_ADMIN_PASSWORD is not usable", problems=problems)
    except ServiceError as error:
        _log.error("TRACKLINE_ADMIN_EMAIL belongs to an account that is no active administrator", reason=error.message)
    else:
        _log.info("the first administrator is there", email=created.email)
