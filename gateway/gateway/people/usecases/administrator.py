"""The first administrator of an installation, without whom nobody could sign in."""

import structlog
from pydantic import ValidationError

from gateway.kit.settings import Settings
from gateway.kit.system_context import system_context
from gateway.people.domain.security_log import Entry
from gateway.people.models import CreateUser, UserView
from gateway.people.usecases import user
from gateway.people.usecases.ports import Ports
from gateway.people.usecases.views import user_view
from trackline_schemas.errors import ServiceError
from trackline_schemas.viewer import SYSTEM_ID

_log = structlog.get_logger(__name__)
FIRST = {"admin": True}


async def find_first(ports: Ports) -> UserView | None:
    """Returns the active administrator whose account is the oldest."""
    document = await ports.users.first_administrator()
    return user_view(document) if document else None


async def create_first(ports: Ports, settings: Settings) -> None:
    """Does nothing if there is an administrator. Two gateways that start at once derive the same id and therefore
    create one account."""
    if await ports.users.has_administrator():
        return
    if settings.admin_password is None:
        _log.warning("there is no administrator: set TRACKLINE_ADMIN_PASSWORD and start again")
        return
    try:
        created = await user.create(ports, _command(settings), system_context("first administrator"))
    except ValidationError as error:
        problems = "; ".join(f"{entry['loc']}: {entry['msg']}" for entry in error.errors(include_input=False))
        _log.error("TRACKLINE_ADMIN_EMAIL or TRACKLINE_ADMIN_PASSWORD is not usable", problems=problems)
    except ServiceError as error:
        other = "TRACKLINE_ADMIN_EMAIL belongs to an account that is no active administrator"
        problem = "TRACKLINE_ADMIN_PASSWORD is not usable" if error.code == "invalid" else other
        _log.error(problem, reason=error.message)
    else:
        _log.info("created the first administrator", email=created.email)
        await ports.security_log.write(Entry("account_created", actor_id=SYSTEM_ID, user_id=created.id, detail=FIRST))


def _command(settings: Settings) -> CreateUser:
    password = settings.admin_password.get_secret_value() if settings.admin_password else None
    fields = {"name": "Administrator", "emails": [settings.admin_email], "password": password, "admin": True}
    return CreateUser.model_validate(fields)
