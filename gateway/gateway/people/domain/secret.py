"""Hashes of secrets: MongoDB never holds a secret itself."""

import hashlib


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
