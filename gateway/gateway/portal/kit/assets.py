"""Scripts, styles and fonts. Their URLs contain a hash of all of them, so that browsers may cache them for ever."""

import hashlib
import os
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PORTAL = Path(__file__).parents[1]
SHARED = PORTAL / "static"


def sources() -> dict[str, Path]:
    """Returns URL path → file: the files that all pages share, and those of each slice below the slice's name."""
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
# A worker follows the policy that was sent with its own script.
POLICY = "default-src 'self'"


def url(path: str) -> str:
    return f"/static/{BUILD}/{path}"


class Assets(StaticFiles):
    """Serves the files below any hash, because a page of the build before may still be open. Browsers may cache only
    those below the current hash."""

    def __init__(self) -> None:
        super().__init__(directory=SHARED)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Looks for a slice's own file first, then in the shared folder."""
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
            # The ETag must be weak, because the same file is also sent compressed.
            response.headers["ETag"] = "W/" + response.headers["etag"]
        return response
