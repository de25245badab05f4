"""How people choose and change their passwords. A new password ends the other sessions, tokens and links."""

from gateway.kit.client import Client
from gateway.kit.credential import Credential
from gateway.people.domain.credentials import epoch_of
from gateway.people.usecases import access, confirmation, link, new_password, user
from gateway.people.usecases.ports import Ports
from gateway.people.usecases.security import client_entry
from trackline_core.records.aio import Guard
from trackline_core.records.decide import Document
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.viewer import Viewer


async def set_password(
    ports: Ports,
    user_id: str,
    password: str,
    context: CallContext,
    keep_session: str | None = None,
    pointer: str = "/password",
    guard: Guard | None = None,
) -> Document:
    """`keep_session` is the token of a session that goes on. Returns the account. Its epoch rises in the same write as
    the password changes, so that a sign-in with the old password that runs meanwhile ends with it. Raises ServiceError
    invalid for a password that nobody should have; `pointer` is where the caller gave it. `guard` sees the account as
    it is at the write: whoever was let in by an older state of it must be refused then."""
    account = await user.get(ports, user_id)
    hashed = await new_password.hash_new(ports, password, account, pointer)
    given = {"password_hash": hashed, "credentials_at": ports.clock()}
    document = await ports.records[user.KIND.name].update(user_id, given, b"", None, context, guard)
    if keep_session is not None:
        await ports.sessions.set_epoch(keep_session, document["credentials_epoch"])
    ports.directory.put_user(document)
    await access.end(ports, user_id, keep_session)
    await access.revoke_links(ports, user_id)
    return document


async def set_by_link(ports: Ports, token: str, password: str, client: Client) -> Document:
    """Returns the account. Raises ServiceError invalid if the link does not work any more, or for a password that
    nobody should have, which does not use the link up."""

    async def guard(account: Document, _members: Document) -> None:
        link.check(row, account)

    try:
        holder = await link.get_holder(ports, token)
        await new_password.check(ports, password, holder)
        row = await link.take(ports, token)
        user_id = row["user_id"]
        context = CallContext(viewer=Viewer(id=user_id), request_id=client.request_id)
        document = await set_password(ports, user_id, password, context, guard=guard)
    except ServiceError:
        ports.security_log.note(client_entry(client, "password_chosen", "failed"))
        raise
    await ports.security_log.write(client_entry(client, "password_chosen", "succeeded", user_id))
    return document


async def change(
    ports: Ports,
    current: str,
    new: str,
    client: Client,
    credential: Credential,
    context: CallContext,
    keep_session: str | None,
) -> None:
    """Raises ServiceError as `confirmation.check_present` and `set_password` do. Of several changes at once that name
    the same present password, only the first one succeeds."""

    async def guard(account: Document, _members: Document) -> None:
        if epoch_of(account) != epoch_of(checked):
            raise confirmation.wrong("/current")

    checked = await confirmation.check_present(ports, current, client, credential, "/current")
    await set_password(ports, credential.user_id, new, context, keep_session, "/new", guard)
