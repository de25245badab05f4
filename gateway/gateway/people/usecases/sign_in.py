"""Finds out who somebody is: by password, access token, refresh token, API key or session."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gateway.kit.client import Client
from gateway.kit.credential import Credential
from gateway.kit.metrics import SIGN_INS
from gateway.people.directory import Person
from gateway.people.domain import device
from gateway.people.domain.attempt import Attempt
from gateway.people.domain.credentials import epoch_of
from gateway.people.domain.security_log import Outcome
from gateway.people.domain.session import Session
from gateway.people.domain.token import TokenReused
from gateway.people.usecases import api_key
from gateway.people.usecases.api_key import ApiKey
from gateway.people.usecases.ports import Admission, Ports
from gateway.people.usecases.security import client_entry
from trackline_core.records.decide import Document
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.text.keys import address_key


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str


async def by_password(ports: Ports, email: str, password: str, client: Client) -> Document:
    """Returns the account as it was when the password was checked. Raises ServiceError unauthenticated, throttled, or
    unavailable if too many sign in at once."""
    user = await ports.users.by_email(email)
    admission = await _admit(ports, address_key(email), user, client)
    try:
        form = await ports.passwords.verify(user.get("password_hash") if user else None, password, admission.lane)
    except ServiceError:
        _note(ports, client, user, "busy")
        await ports.throttle.take_back(admission)
        raise
    if user is None or form is None or not user["active"]:
        raise _wrong(ports, client, user)
    await ports.throttle.forget_failures(admission)
    await _renew_hash(ports, user, form)
    ports.directory.put_user(user)
    return user


async def start_session(ports: Ports, email: str, password: str, *, remember: bool, client: Client) -> Session:
    user = await by_password(ports, email, password, client)
    return await open_session(ports, user, client, remember=remember)


async def open_session(ports: Ports, user: Document, client: Client, *, remember: bool) -> Session:
    """Starts a session for an account that has just proved its identity."""
    session = await ports.sessions.start(user["_id"], remember, epoch_of(user), client)
    if not await _is_current(ports, user):
        await ports.sessions.end(session.token)
        raise _wrong(ports, client, user)
    await _succeed(ports, client, user, "session")
    return session


async def start_tokens(ports: Ports, email: str, password: str, client: Client) -> tuple[Person, Tokens]:
    user = await by_password(ports, email, password, client)
    refresh = await ports.refresh_tokens.start(user["_id"], epoch_of(user), client)
    if not await _is_current(ports, user):
        await ports.refresh_tokens.revoke(refresh.token)
        raise _wrong(ports, client, user)
    await _succeed(ports, client, user, "token")
    access = ports.access_tokens.issue(user["_id"], refresh.epoch, refresh.family)
    return _active_person(ports, user["_id"]), Tokens(access, refresh.token)


async def renew_tokens(ports: Ports, token: str, client: Client) -> Tokens:
    try:
        renewed = await ports.refresh_tokens.rotate(token)
    except TokenReused as reused:
        await ports.security_log.write(client_entry(client, "token_reused", "refused", reused.user_id))
        raise refuse(reasons.access.REFRESH_TOKEN_NOT_VALID, detail={"error": "invalid_grant"}) from reused
    _active_person(ports, renewed.user_id)
    account = await ports.users.active(renewed.user_id)
    if account is None or renewed.epoch < epoch_of(account):
        await ports.refresh_tokens.revoke(renewed.token)
        raise refuse(reasons.access.REFRESH_TOKEN_NOT_VALID, detail={"error": "invalid_grant"})
    return Tokens(ports.access_tokens.issue(renewed.user_id, renewed.epoch, renewed.family), renewed.token)


def by_access_token(ports: Ports, token: str) -> tuple[Person, Credential]:
    read = ports.access_tokens.read(token)
    person = _active_person(ports, read.user_id)
    credential = Credential("token", read.family, read.user_id, read.epoch, expires_at=read.expires_at)
    # The time is for tokens of an earlier release, and for passwords that its gateways change beside this one.
    older = person.credentials_at and read.issued_at < person.credentials_at.timestamp()
    if older or not credential.admits(person):
        raise refuse(reasons.access.PASSWORD_CHANGED)
    return person, credential


async def by_key(ports: Ports, token: str) -> tuple[Person, ApiKey]:
    key = await api_key.find(ports, token)
    person = _active_person(ports, key.credential.user_id)
    if not key.credential.admits(person):
        raise refuse(reasons.access.API_KEY_NOT_VALID)
    return person, key


async def by_session(ports: Ports, token: str, *, used: bool = True) -> tuple[Person, Session]:
    """`used` says that the person does something, and not only an open page."""
    session = await ports.sessions.find(token, used=used)
    if session is None:
        raise refuse(reasons.access.SESSION_ENDED)
    person = _active_person(ports, session.user_id)
    if not session_credential(session).admits(person):
        raise refuse(reasons.access.SESSION_ENDED)
    return person, session


def session_credential(session: Session) -> Credential:
    return Credential("session", session.id, session.user_id, session.epoch, expires_at=session.expires_at.timestamp())


async def still_valid(ports: Ports, credentials: Collection[Credential]) -> set[Credential]:
    """Returns those of the credentials that nobody has ended or revoked."""
    admitted = [one for one in credentials if one.admits(ports.directory.user(one.user_id))]
    existing: Mapping[str, set[str]] = {
        "session": await ports.sessions.existing(_ids(admitted, "session")),
        "token": await ports.refresh_tokens.existing(_ids(admitted, "token")),
        "key": await api_key.working(ports, _ids(admitted, "key")),
    }
    return {one for one in admitted if not one.id or one.id in existing[one.kind]}


def _ids(credentials: Collection[Credential], kind: str) -> list[str]:
    return [one.id for one in credentials if one.kind == kind and one.id]


async def revoke_tokens(ports: Ports, token: str, client: Client) -> None:
    user_id = await ports.refresh_tokens.revoke(token)
    if user_id:
        await ports.security_log.write(client_entry(client, "sign_out", "succeeded", user_id))


async def _admit(ports: Ports, account: str, user: Document | None, client: Client) -> Admission:
    key = user["_id"] if user else account
    mark = device.recognise(ports.secret, key, client.device)
    try:
        return await ports.throttle.admit(Attempt(key, client.address, mark))
    except ServiceError:
        _note(ports, client, user, "throttled")
        raise


async def _succeed(ports: Ports, client: Client, user: Document, credential: str) -> None:
    SIGN_INS.labels("succeeded").inc()
    await ports.security_log.write(client_entry(client, "sign_in", "succeeded", user["_id"], brought=credential))


def _note(ports: Ports, client: Client, user: Document | None, outcome: Outcome) -> None:
    SIGN_INS.labels(outcome).inc()
    ports.security_log.note(client_entry(client, "sign_in", outcome, user["_id"] if user else None))


def _wrong(ports: Ports, client: Client, user: Document | None) -> ServiceError:
    _note(ports, client, user, "failed")
    return refuse(reasons.access.CREDENTIALS_WRONG, detail={"error": "invalid_grant"})


async def _is_current(ports: Ports, user: Document) -> bool:
    """Reads the account again: a password that changed while somebody signed in with it lets them in no more. What
    changes after this read ends the credential that was stored before it."""
    account = await ports.users.active(user["_id"])
    return account is not None and epoch_of(account) == epoch_of(user)


def _active_person(ports: Ports, user_id: str) -> Person:
    directory = ports.directory
    person = directory.user(user_id)
    if person and person.active:
        return person
    if not directory.loaded:
        raise refuse(reasons.access.ACCOUNTS_NOT_READ_YET)
    raise refuse(reasons.access.ACCOUNT_NOT_ACTIVE)


async def _renew_hash(ports: Ports, user: Document, form: str) -> None:
    """Replaces a hash that was made with older parameters, or of another form of the password."""
    stored, prepared = user["password_hash"], ports.passwords.prepare(form) or form
    if ports.passwords.outdated(stored) or form != prepared:
        renewed = await ports.passwords.hash(prepared)
        await ports.users.renew_hash(user["_id"], stored, renewed)
