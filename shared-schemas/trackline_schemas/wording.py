"""English words that are data, marked for translation. Standard library only: the services' domains import this."""


def noop(text: str) -> str:
    """Marks the text for the catalogues of the portal, which translates it when it renders a page."""
    return text
