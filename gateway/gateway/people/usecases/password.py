"""How people choose and change their passwords. A new password ends the other sessions, tokens and links."""

from gateway.kit.client import Client
from gateway.people.domain.attempt import Attempt
from gateway.people.domain.waiting import Lane
from gateway.people.usecases import access, link, user
from gateway.people.usecases.ports import Ports
from gateway.people.usecases.security import client_entry
from trackline_core.records.decide import Document
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.viewer import Viewer


async def set_password(
    ports: Ports, user_id: str, password: str, context: CallContext, keep_session: str | None = None
) -> Document:
    """`keep_session` is the token of a session that goes on. Returns the account. Its epoch rises in the same write as
    the password changes, so that a sign-in with the old password that runs meanwhile ends with it."""
    await user.get(ports, user_id)
    given = {"password_hash": await ports.passwords.hash(password), "credentials_at": ports.clock()}
    document = await ports.records[user.KIND.name].update(user_id, given, b"", None, context)
    if keep_session is not None:
        await ports.sessions.set_epoch(keep_session, document["credentials_epoch"])
    ports.directory.put_user(document)
    await access.end(ports, user_id, keep_session)
    await access.revoke_links(ports, user_id)
    return document


async def set_by_link(ports: Ports, token: str, password: str, client: Client) -> Document:
    """Returns the account. Raises ServiceError invalid if the link does not work any more."""
    try:
        user_id = await link.take(ports, token)
    except ServiceError:
        ports.security_log.note(client_entry(client, "password_chosen", "failed"))
        raise
    context = CallContext(viewer=Viewer(id=user_id), request_id=client.request_id)
    document = await set_password(ports, user_id, password, context)
    await ports.security_log.write(client_entry(client, "password_chosen", "succeeded", user_id))
    return document


async def change(
    ports: Ports, user_id: str, current: str, new: str, client: Client, context: CallContext, keep_session: str | None
) -> None:
    """Raises ServiceError invalid, throttled or unavailable."""
    document = await user.get(ports, user_id)
    admission = await ports.throttle.admit(Attempt(user_id, client.address, purpose="password"))
    if not await ports.passwords.verify(document.get("password_hash"), current, Lane(user_id, known=True)):
        raise refuse(reasons.people.PRESENT_PASSWORD_WRONG, pointer="/current")
    await ports.throttle.forget_failures(admission)
    await set_password(ports, user_id, new, context, keep_session)
