"""Settings of the notifications service, in addition to those of the chassis."""

from trackline_chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """If `mail_from` has no name, the name of the organisation is used. `mail_collapse_seconds` is how long a change
    waits for others to share its mail. `mail_claim_seconds` must be longer than a conversation with the mail server,
    each of whose answers may take `mail_timeout_seconds`."""

    smtp_url: str = "smtp://127.0.0.1:1025"
    mail_from: str = "trackline@localhost"
    public_url: str = "http://127.0.0.1:8000"
    mail_collapse_seconds: float = 60.0
    mail_senders: int = 4
    mail_claim_seconds: float = 300.0
    mail_timeout_seconds: float = 60.0
    mail_retry_seconds: float = 10.0
    mail_address_seconds: float = 900.0
