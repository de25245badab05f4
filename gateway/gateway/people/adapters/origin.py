"""Where a session or a token comes from, so that its person can recognise it in a list."""

from gateway.kit.client import Client
from gateway.kit.mongo import Document

# characters
LONGEST = 300


def origin_of(client: Client) -> Document:
    return {"user_agent": client.user_agent[:LONGEST], "address": client.address}
