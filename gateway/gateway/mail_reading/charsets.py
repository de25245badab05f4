"""Decodes text in the character set that a mail names, or in the one that it means."""

import codecs

# What programs write instead of a name that Python knows, and sets of which another one has all characters.
_MEANT = {
    "ascii": "cp1252", "us-ascii": "cp1252", "ansi": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "gb2312": "gb18030", "gbk": "gb18030",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932", "x-sjis": "cp932", "utf8mb4": "utf-8",
    "unicode": "utf-16", "windows-874": "cp874", "x-mac-roman": "mac-roman", "macintosh": "mac-roman",
}  # fmt: skip
# Names of codecs that are no character sets; some of them cost the square of the length.
_NONE = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}


def decode(content: bytes, charset: str | None) -> tuple[str, bool]:
    """Returns the text, and whether it is certain. What does not fit its own set is UTF-8, or else cp1252."""
    if content.isascii() and charset is None:
        return content.decode("ascii"), True
    asked = _known(charset)
    # Hardly any text in cp1252 is UTF-8 by chance.
    tried = [asked] if asked and (asked != "cp1252" or content.isascii()) else []
    for name in (*tried, "utf-8", "cp1252"):
        if (text := _strictly(content, name)) is not None:
            return text, name == asked or (charset is None and name == "utf-8")
    return content.decode("cp1252", "replace"), False


def _known(charset: str | None) -> str | None:
    name = (charset or "").strip(" '\"\0").lower()
    name = _MEANT.get(name, name)
    try:
        return name if codecs.lookup(name).name.replace("-", "_") not in _NONE else None
    except (LookupError, ValueError):
        return None


def _strictly(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (ValueError, LookupError):
        return None
