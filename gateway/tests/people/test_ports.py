"""The API and the portal read people by the directory and by people.reads. They never use a store themselves."""

import re
from collections.abc import Iterator
from pathlib import Path

import gateway

PACKAGE = Path(gateway.__file__).parent
PORT = re.compile(r"(?:parts|visit)\.people\.(\w+)")


def used(*folders: str) -> Iterator[tuple[str, str]]:
    """Yields (file, port)."""
    for folder in folders:
        for path in (PACKAGE / folder).rglob("*"):
            if path.suffix in (".py", ".html"):
                yield from ((path.name, port) for port in PORT.findall(path.read_text("utf-8")))


def test_entrances_use_no_port_but_the_directory() -> None:
    found = list(used("api", "portal"))
    assert found
    assert [use for use in found if use[1] != "directory"] == []


def test_the_use_of_another_port_is_found() -> None:
    assert PORT.findall("await visit.parts.people.sessions.end(token)") == ["sessions"]
