"""Entity tags (RFC 9110 §8.8.3 and §13.1). The tag of a resource is its version.

A proxy that compresses an answer changes its tag, because the bytes are others: nginx makes `"7"` into `W/"7"`, Apache
into `"7-gzip"`, Jetty into `"7--gzip"`, LiteSpeed into `"7;gz"`. Clients send back what they got. Only the encoding of
the answer differs then, and not the version, so that all these tags mean the version 7.
"""

import re
from collections.abc import Iterable

ANY = "*"
_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_LIST = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")
_ONE = re.compile(_TAG)
_CODING = "x-gzip|gzip|gz|br|brotli|zstd|deflate|df|compress"
_VERSION = re.compile(rf'(?:W/)?"(0|[1-9][0-9]{{0,8}})(?:[-;:.+_]{{1,2}}(?:{_CODING})|;)*"', re.IGNORECASE)


def etag(version: int) -> str:
    return f'"{version}"'


def parse(header: str) -> list[str] | None:
    """Returns the tags of a list, [ANY] for `*`, or None if the header is neither."""
    if header.strip() == ANY:
        return [ANY]
    return _ONE.findall(header) if _LIST.fullmatch(header) else None


def versions(tags: Iterable[str]) -> list[int]:
    """Returns the versions that the tags name, in order. A tag that we never gave out names none."""
    return sorted({int(found[1]) for tag in tags if (found := _VERSION.fullmatch(tag))})


def is_known(header: str, version: int) -> bool:
    """Returns whether If-None-Match says that the caller has this version. It uses the weak comparison."""
    tags = parse(header) or []
    return ANY in tags or version in versions(tags)
