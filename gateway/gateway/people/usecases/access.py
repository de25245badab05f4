"""What lets a person in: sessions, refresh tokens and mailed links."""

from gateway.people.usecases.ports import Ports


async def end(ports: Ports, user_id: str, keep_session: str | None = None, keep_family: str | None = None) -> None:
    """Ends the person's sessions and refresh tokens. `keep_session` is the token of a session that goes on, and
    `keep_family` the id of a family of tokens that does."""
    await ports.sessions.end_all(user_id, but=keep_session)
    await ports.refresh_tokens.revoke_all(user_id, but=keep_family)


async def revoke_links(ports: Ports, user_id: str) -> None:
    await ports.links.remove(user_id)
