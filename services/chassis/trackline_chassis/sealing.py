"""Encrypts secrets before a service stores them: AES-256-GCM with keys from the environment.

A sealed text is "sealed:<id of the key>:<nonce and ciphertext in base64>". It opens only under the name under which it
was sealed, so that nobody with access to the database can move a secret to another place.
"""

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from threading import Event as Stop

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trackline_chassis.mongo import STORE_DOWN
from trackline_schemas.errors import ServiceError, reasons, refuse

log = structlog.get_logger()

SHORTEST_KEY = 32
RESEAL_SECONDS = 60.0
# What ends a round but not the loop.
DELAYS: tuple[type[Exception], ...] = (ServiceError, *STORE_DOWN)
_PREFIX = "sealed:"
_NONCE_BYTES = 12


class Seal:
    """`keys` are texts of at least SHORTEST_KEY characters. The first one encrypts, and all of them decrypt."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._ciphers = {_key_id(key): AESGCM(_derive(key, b"encryption")) for key in keys}
        self._newest = _key_id(keys[0])
        # The oldest key, so that a new key in front of it changes no fingerprint.
        self._fingerprints = _derive(keys[-1], b"fingerprints")

    def seal(self, name: str, text: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = self._ciphers[self._newest].encrypt(nonce, text.encode(), name.encode())
        return f"{_PREFIX}{self._newest}:{urlsafe_b64encode(nonce + ciphertext).decode()}"

    def open(self, name: str, stored: str) -> str:
        """Returns a text that an earlier release stored in clear unchanged. Raises ServiceError unavailable if the key
        is missing or the text was changed."""
        if not stored.startswith(_PREFIX):
            return stored
        key_id, _, sealed = stored.removeprefix(_PREFIX).partition(":")
        try:
            raw = urlsafe_b64decode(sealed)
            return self._ciphers[key_id].decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], name.encode()).decode()
        except (KeyError, ValueError, InvalidTag) as error:
            raise refuse(reasons.operating.ENCRYPTION_KEY_MISSING, key=key_id) from error

    def is_current(self, stored: str) -> bool:
        """Tells whether the text is encrypted with the first key."""
        return stored.startswith(f"{_PREFIX}{self._newest}:")

    def fingerprint(self, digest: bytes) -> bytes:
        """Returns a hash by which equal texts are recognised, and from which nobody without the key can guess them."""
        return hmac.digest(self._fingerprints, digest, "sha256")


def keep_sealed(steps: Sequence[Callable[[], int]], stop: Stop) -> None:
    """Runs the steps every minute. Each encrypts what an earlier release, an older key or a replica of the earlier
    release that still runs has left, and returns how many secrets that were. The first minute lets a rolling update
    end, since the earlier release cannot read what is encrypted."""
    while not stop.wait(RESEAL_SECONDS):
        try:
            done = sum(step() for step in steps)
        except DELAYS as error:
            log.warning("could not encrypt stored secrets again", error=str(error))
            continue
        if done:
            log.info("encrypted stored secrets with the newest key", count=done)


def _key_id(key: str) -> str:
    return _derive(key, b"id").hex()[:8]


def _derive(key: str, purpose: bytes) -> bytes:
    # A key from the environment is random, so it needs no slow hash.
    return hmac.digest(hashlib.sha256(key.encode()).digest(), purpose, "sha256")
