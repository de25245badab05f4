"""Scripts, styles and fonts. Their address holds the hash of all of them, so that a browser may keep them for ever."""

import hashlib
import os
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PORTAL = Path(__file__).parents[1]
SHARED = PORTAL / "static"


def sources() -> dict[str, Path]:
    """URL path → file: what all pages share, and under the name of its slice what a slice brings."""
    sources = {path.relative_to(SHARED).as_posix(): path for path in SHARED.rglob("*") if path.is_file()}
    for folder in PORTAL.glob("*/static"):
        slice_name = folder.parent.name
        sources |= {f"{slice_name}/{path.name}": path for path in folder.iterdir() if path.is_file()}
    return sources


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name, path in sorted(sources().items()):
        if "icons" not in path.parts:
            digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


BUILD = _fingerprint()
# A worker obeys the policy that its own script came with.
POLICY = "default-src 'self'"


def url(path: str) -> str:
    return f"/static/{BUILD}/{path}"


class Assets(StaticFiles):
    """Answers under any hash, since a page of the build before may still be open; only ours is kept by the browser."""

    def __init__(self) -> None:
        super().__init__(directory=SHARED)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """A slice's own file first; Starlette looks through the shared folder for all others."""
        name, _, file = path.partition("/")
        own = PORTAL / name / "static" / file
        if file and "/" not in file and own.is_file():
            return str(own), own.stat()
        return super().lookup_path(path)

    async def get_response(self, path: str, scope: Scope) -> Response:
        build, _, rest = path.partition("/")
        response = await super().get_response(rest, scope)
        keep = "public, max-age=31536000, immutable" if build == BUILD else "no-cache"
        response.headers.update({"Cache-Control": keep, "Content-Security-Policy": POLICY})
        if "etag" in response.headers:
            # Weak, since the same file also goes out compressed.
            response.headers["ETag"] = "W/" + response.headers["etag"]
        return response
