"""Runs the local mailbox until SIGTERM: python -m gateway.mailbox"""

import asyncio

from gateway.kit import telemetry
from gateway.mailbox.server import MailboxSettings, serve


def main() -> None:
    settings = MailboxSettings()
    telemetry.configure("mailbox", settings.log_level)
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
