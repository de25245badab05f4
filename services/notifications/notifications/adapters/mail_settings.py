"""How mail goes out: what was chosen in MongoDB, over what the environment says."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pymongo.database import Database

from notifications.adapters.mail import MailComposer
from notifications.adapters.smtp import Server, SmtpTransport
from notifications.usecases.ports import MailChoice, MailChoices, Outlet

FIELDS = ("smtp_url", "mail_from", "updated_at", "updated_by_id")


class MongoMailChoices:
    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._rows = database["settings"]

    def read(self) -> MailChoice:
        found = self._rows.find_one({"_id": "mail"}) or {}
        return MailChoice(**{name: found.get(name) for name in FIELDS})

    def change(self, changed: Mapping[str, str | None], by: str, now: datetime) -> None:
        fields = {**changed, "updated_at": now, "updated_by_id": by}
        self._rows.update_one({"_id": "mail"}, {"$set": fields}, upsert=True)


class Outlets:
    """Asked for each mail, so that a change holds from the next one on, in every process."""

    def __init__(
        self,
        choices: MailChoices,
        environment: MailChoice,
        organisation: Callable[[], str | None],
        public_url: str,
        timeout: float,
    ) -> None:
        self._choices = choices
        self._environment = environment
        self._organisation = organisation
        self._public_url = public_url
        self._timeout = timeout
        self._made: tuple[tuple[MailChoice, str | None], Outlet] | None = None

    def __call__(self) -> Outlet:
        said = self._choices.read(), self._organisation()
        if self._made is None or self._made[0] != said:
            self._made = said, self._make(*said)
        return self._made[1]

    def _make(self, choice: MailChoice, organisation: str | None) -> Outlet:
        mail_from = choice.mail_from or self._environment.mail_from or ""
        composer = MailComposer(mail_from, self._public_url, organisation or "Trackline")
        server = Server.of(choice.smtp_url or self._environment.smtp_url or "")
        return Outlet(composer, SmtpTransport(server, composer.from_address, self._timeout))
