"""Determines the server and the sender of outgoing mail."""

from collections.abc import Callable

from notifications.channels.mail.composer import MailComposer
from notifications.channels.mail.ports import MailChoice, MailChoiceStore, Outlet
from notifications.channels.mail.smtp import Server, SmtpClient
from notifications.usecases.channel import TransportError
from trackline_chassis.sealing import Seal
from trackline_schemas.errors import ServiceError


class Outlets:
    """Reads the settings once for each round of mails, so that every process applies a change from its next round
    on."""

    def __init__(
        self,
        choices: MailChoiceStore,
        environment: MailChoice,
        organisation: Callable[[], str | None],
        public_url: str,
        timeout: float,
        seal: Seal,
    ) -> None:
        self._choices = choices
        self._environment = environment
        self._organisation = organisation
        self._public_url = public_url
        self._timeout = timeout
        self._seal = seal
        self._made: tuple[tuple[MailChoice, str | None], Outlet] | None = None

    def __call__(self) -> Outlet:
        """Raises a permanent TransportError if the sender's address is not valid, and one that passes if the key of the
        settings is missing."""
        settings = self._read(), self._organisation()
        if self._made is None or self._made[0] != settings:
            self._made = settings, self._make(*settings)
        return self._made[1]

    def _read(self) -> MailChoice:
        try:
            return self._choices.read()
        except ServiceError as error:
            raise TransportError(error.message) from error

    def _make(self, choice: MailChoice, organisation: str | None) -> Outlet:
        mail_from = choice.mail_from or self._environment.mail_from or ""
        composer = MailComposer(mail_from, self._public_url, organisation or "Trackline", self._seal)
        server = Server.of(choice.smtp_url or self._environment.smtp_url or "")
        return Outlet(composer, SmtpClient(server, composer.from_address, self._timeout))
