"""Runs the local mailbox until SIGTERM: python -m gateway.mailbox"""

import asyncio

from gateway.mailbox.server import MailboxSettings, serve

asyncio.run(serve(MailboxSettings()))
