"""Secrets are stored as hashes only."""

import hashlib


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
