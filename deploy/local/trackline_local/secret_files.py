import os
import secrets
from pathlib import Path


def read_or_create(file: Path) -> tuple[str, bool]:
    """Returns the secret in `file`, which only its owner may read, and whether it was created just now."""
    try:
        return file.read_text().strip(), False
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    value = secrets.token_urlsafe(24)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(value + "\n")
    return value, True
