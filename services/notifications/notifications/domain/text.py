def one_line(text: str) -> str:
    """Removes all line breaks and control characters, so that a title cannot add a mail header."""
    return "".join(mark for mark in " ".join(text.split()) if mark.isprintable())
