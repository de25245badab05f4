"""Scripts, styles and fonts. Their URLs contain a hash of all of them, so that browsers may cache them for ever."""

import hashlib
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath

from markupsafe import Markup
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

PORTAL = Path(__file__).parents[1]
VENDOR = PORTAL / "static/vendor"
# All style sheets are joined into this one, so that a page needs one request. A slice adds its own by having the file.
STYLES = "app.css"
# Of two rules with the same specificity the later one wins: a slice's over the kit's, ours over third-party ones.
ORDER = ("static/vendor/", "kit/static/tokens.css", "kit/static/base.css", "kit/", "")
# A worker follows the policy that was sent with its own script.
POLICY = "default-src 'self'"
_MODULE = Markup('<script src="{}" type="module"></script>')
_PRELOAD = Markup('<link rel="modulepreload" href="{}">')
_IMPORT = re.compile(r'^import\b[^"]*"(\.[^"]+)";', re.MULTILINE)


def find_files(portal: Path) -> dict[str, Path]:
    """Returns URL path → file, without icons, which are part of the pages. A script imports another by a relative path,
    which editors and checkers follow on the disk as browsers do here: so both have the same paths."""
    return {
        path.relative_to(portal).as_posix(): path
        for folder in portal.rglob("static")
        for path in folder.rglob("*")
        if path.parent.name != "icons" and path.is_file()
    }


def _sort_key(name: str) -> tuple[int, int, str]:
    """Returns the sort key of a style sheet. Those that all areas of the settings share come before an area's own."""
    rank = next(rank for rank, prefix in enumerate(ORDER) if name.startswith(prefix))
    return rank, name.count("/"), name


def _style_sheet(name: str, path: Path) -> str:
    """Returns a style sheet whose relative URLs are correct at the address of the joined style sheet. Browsers get ours
    without comments and indentation, which would be a tenth of what they load."""
    text = re.sub(r"url\(\./", f"url({PurePosixPath(name).parent}/", path.read_text())
    # The others are minified, and the comments in them name their licences.
    return text if name.startswith("static/vendor/") else " ".join(_without_comments(text).split())


def _without_comments(text: str) -> str:
    first, *others = text.split("/*")
    return first + "".join(one.partition("*/")[2] for one in others)


def join_styles(files: Mapping[str, Path]) -> bytes:
    names = sorted((name for name in files if name.endswith(".css")), key=_sort_key)
    return "\n".join(_style_sheet(name, files[name]) for name in names).encode()


def _fingerprint(files: Mapping[str, Path], styles: bytes) -> str:
    digest = hashlib.sha256(styles)
    for name, path in sorted(files.items()):
        digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _imports(name: str, files: Mapping[str, Path]) -> set[str]:
    """Returns the URL paths of the scripts that a script imports, and of those that they import."""
    found, unread = set[str](), {name}
    while unread:
        importer = unread.pop()
        folder = PurePosixPath(importer).parent
        new = {os.path.normpath(folder / relative) for relative in _IMPORT.findall(files[importer].read_text())}
        unread |= new - found
        found |= new
    return found


FILES = find_files(PORTAL)
_STYLES = join_styles(FILES)
BUILD = _fingerprint(FILES, _STYLES)


def url(path: str) -> str:
    return f"/static/{BUILD}/{path}"


@cache
def modules(name: str) -> Markup:
    """Returns the elements that load a script and all that it imports at once. By itself, a browser learns of an import
    only when it has the script that imports it."""
    preloads = (_PRELOAD.format(url(one)) for one in sorted(_imports(name, FILES)))
    return Markup("").join([*preloads, _MODULE.format(url(name))])


class Assets(StaticFiles):
    """Serves the files below any hash, because a page of the build before may still be open. Browsers may cache only
    those below the current hash."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        file = FILES.get(path)
        return (str(file), file.stat()) if file else ("", None)

    async def get_response(self, path: str, scope: Scope) -> Response:
        build, _, rest = path.partition("/")
        response = self._styles(scope) if rest == STYLES else await super().get_response(rest, scope)
        keep = "public, max-age=31536000, immutable" if build == BUILD else "no-cache"
        response.headers.update({"Cache-Control": keep, "Content-Security-Policy": POLICY})
        if "etag" in response.headers:
            # The ETag must be weak, because the same file is also sent compressed.
            response.headers["ETag"] = "W/" + response.headers["etag"]
        return response

    def _styles(self, scope: Scope) -> Response:
        response = Response(_STYLES, media_type="text/css", headers={"ETag": f'"{BUILD}"'})
        if self.is_not_modified(response.headers, Headers(scope=scope)):
            return NotModifiedResponse(response.headers)
        return response
