"""The versions that a writer accepts, from If-Match to the use case that decides."""

# One version, several of them, or None if any will do. One version is sent as a number, which earlier releases know.
IfMatch = int | list[int] | None


def is_wanted(version: int, if_match: IfMatch) -> bool:
    """Returns whether a writer who sent `if_match` may change the resource in this version."""
    if if_match is None:
        return True
    return version in if_match if isinstance(if_match, list) else version == if_match


def newest_of(if_match: IfMatch) -> int | None:
    """Returns the latest version that the writer saw, for a message."""
    return max(if_match, default=None) if isinstance(if_match, list) else if_match
