def one_line(text: str) -> str:
    """Without line breaks of any kind and control characters, so that a title cannot add a mail header."""
    return "".join(mark for mark in " ".join(text.split()) if mark.isprintable())
