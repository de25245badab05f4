"""How people choose and change their passwords. A new password ends the other sessions, tokens and links."""

from gateway.people.usecases import access, link, user
from gateway.people.usecases.ports import Ports
from trackline_schemas.errors import reasons, refuse


async def set_password(ports: Ports, user_id: str, password: str, keep_session: str | None = None) -> None:
    """`keep_session` is the token of a session that goes on."""
    document = await user.get(ports, user_id)
    password_hash, at = await ports.passwords.hash(password), ports.clock()
    stored = await ports.users.set_password(user_id, password_hash, at)
    ports.directory.put_user({**(stored or document), "credentials_at": at})
    await access.end(ports, user_id, keep_session)
    await access.revoke_links(ports, user_id)


async def set_by_link(ports: Ports, token: str, password: str) -> str:
    """Returns the person's id. Raises ServiceError invalid if the link does not work any more."""
    user_id = await link.take(ports, token)
    await set_password(ports, user_id, password)
    return user_id


async def change(ports: Ports, user_id: str, current: str, new: str, address: str, keep_session: str | None) -> None:
    """`address` is the network address of the client. Raises ServiceError invalid or throttled."""
    document = await user.get(ports, user_id)
    account = document["emails"][0]
    await ports.throttle.admit(account, address)
    if not await ports.passwords.verify(document.get("password_hash"), current):
        raise refuse(reasons.people.PRESENT_PASSWORD_WRONG, pointer="/current")
    await ports.throttle.forget_failures(account, address)
    await set_password(ports, user_id, new, keep_session)
