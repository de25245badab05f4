"""What this service reads from the environment in addition to the chassis."""

from trackline_chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """A `mail_from` without a name is sent under the organisation's. `mail_collapse_seconds` is how long a change waits
    for company in one mail. `mail_claim_seconds` must outlast a conversation with the mail server, each of whose
    answers may take `mail_timeout_seconds`."""

    smtp_url: str = "smtp://127.0.0.1:1025"
    mail_from: str = "trackline@localhost"
    public_url: str = "http://127.0.0.1:8000"
    mail_collapse_seconds: float = 60.0
    mail_senders: int = 4
    mail_claim_seconds: float = 300.0
    mail_timeout_seconds: float = 60.0
    mail_retry_seconds: float = 10.0
    mail_address_seconds: float = 900.0
