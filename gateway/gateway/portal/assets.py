"""Scripts, styles and fonts. Their address holds the hash of all of them, so that a browser may keep them for ever."""

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIRECTORY = Path(__file__).parent / "static"


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(DIRECTORY.rglob("*")):
        if path.is_file() and "icons" not in path.parts:
            digest.update(path.relative_to(DIRECTORY).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


BUILD = _fingerprint()
# A worker obeys the policy that its own script came with.
POLICY = "default-src 'self'"


def url(path: str) -> str:
    return f"/static/{BUILD}/{path}"


class Assets(StaticFiles):
    """Answers under any hash, since a page of the build before may still be open; only ours is kept by the browser."""

    def __init__(self) -> None:
        super().__init__(directory=DIRECTORY)

    async def get_response(self, path: str, scope: Scope) -> Response:
        build, _, rest = path.partition("/")
        response = await super().get_response(rest, scope)
        keep = "public, max-age=31536000, immutable" if build == BUILD else "no-cache"
        response.headers.update({"Cache-Control": keep, "Content-Security-Policy": POLICY})
        if "etag" in response.headers:
            # Weak, since the same file also goes out compressed.
            response.headers["ETag"] = "W/" + response.headers["etag"]
        return response
