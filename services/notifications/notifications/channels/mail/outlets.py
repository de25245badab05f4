"""By which server and under which name mail goes out."""

from collections.abc import Callable

from notifications.channels.mail.composer import MailComposer
from notifications.channels.mail.ports import MailChoice, MailChoiceStore, Outlet
from notifications.channels.mail.smtp import Server, SmtpClient


class Outlets:
    """Asked once for each round of mails, so that a change holds from the next one on, in every process."""

    def __init__(
        self,
        choices: MailChoiceStore,
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
        """Raises TransportError, permanent, where the sender's address is none."""
        said = self._choices.read(), self._organisation()
        if self._made is None or self._made[0] != said:
            self._made = said, self._make(*said)
        return self._made[1]

    def _make(self, choice: MailChoice, organisation: str | None) -> Outlet:
        mail_from = choice.mail_from or self._environment.mail_from or ""
        composer = MailComposer(mail_from, self._public_url, organisation or "Trackline")
        server = Server.of(choice.smtp_url or self._environment.smtp_url or "")
        return Outlet(composer, SmtpClient(server, composer.from_address, self._timeout))
