"""Who somebody is: by password, then by access token or session."""

import structlog

from gateway.people.directory import Directory, Person
from gateway.people.domain.session import Session
from gateway.people.domain.token import AccessToken
from gateway.people.usecases.api_key import ApiKey, ApiKeys
from gateway.people.usecases.ports import AccessTokens, Credentials, Passwords, RefreshTokens, Sessions, Throttle
from trackline_core.records.decide import Document
from trackline_schemas.errors import reasons, refuse

_log = structlog.get_logger(__name__)


class SignIn:
    def __init__(
        self,
        credentials: Credentials,
        directory: Directory,
        passwords: Passwords,
        throttle: Throttle,
        sessions: Sessions,
        access: AccessTokens,
        refresh: RefreshTokens,
        api_keys: ApiKeys,
    ) -> None:
        self._credentials = credentials
        self._directory = directory
        self._passwords = passwords
        self._throttle = throttle
        self.sessions = sessions
        self.access = access
        self.refresh = refresh
        self._api_keys = api_keys

    async def by_password(self, email: str, password: str, address: str) -> Person:
        """`address` is the client's. Raises ServiceError unauthenticated or throttled."""
        account = email.strip().lower()
        await self._throttle.admit(account, address)
        user = await self._credentials.by_email(account)
        matches = await self._passwords.verify(user.get("password_hash") if user else None, password)
        if user is None or not matches or not user["active"]:
            _log.warning("sign-in failed", account=account if user else "unknown", address=address)
            raise refuse(reasons.access.CREDENTIALS_WRONG, detail={"error": "invalid_grant"})
        await self._throttle.succeeded(account, address)
        await self._modernise(user, password)
        self._directory.put_user(user)
        return self._present(user["_id"])

    async def start_session(self, email: str, password: str, *, remember: bool, address: str) -> Session:
        person = await self.by_password(email, password, address)
        return await self.sessions.start(person.id, remember)

    async def by_refresh_token(self, token: str) -> tuple[Person, str]:
        """The person and the next refresh token."""
        user_id, renewed = await self.refresh.rotate(token)
        return self._present(user_id), renewed

    def by_access_token(self, token: str) -> tuple[Person, AccessToken]:
        read = self.access.read(token)
        person = self._present(read.user_id)
        if person.credentials_at and read.issued_at < person.credentials_at.timestamp():
            raise refuse(reasons.access.PASSWORD_CHANGED)
        return person, read

    async def by_key(self, token: str) -> tuple[Person, ApiKey]:
        key = await self._api_keys.find(token)
        return self._present(key.user_id), key

    async def by_session(self, token: str) -> tuple[Person, Session]:
        session = await self.sessions.find(token)
        if session is None:
            raise refuse(reasons.access.SESSION_ENDED)
        return self._present(session.user_id), session

    def _present(self, user_id: str) -> Person:
        person = self._directory.user(user_id)
        if person and person.active:
            return person
        if not self._directory.loaded:
            raise refuse(reasons.access.ACCOUNTS_NOT_READ_YET)
        raise refuse(reasons.access.ACCOUNT_NOT_ACTIVE)

    async def _modernise(self, user: Document, password: str) -> None:
        stored = user["password_hash"]
        if self._passwords.outdated(stored):
            renewed = await self._passwords.hash(password)
            await self._credentials.renew_hash(user["_id"], stored, renewed)
