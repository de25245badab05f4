"""Parses server-sent events."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson

from trackline_schemas.viewer import Viewer


@dataclass(frozen=True)
class Sent:
    name: str
    data: dict[str, Any]
    id: str | None

    @property
    def sequence(self) -> int:
        return int(self.data["sequence"])


def parse(text: str) -> list[Sent]:
    return [_parse_block(block) for block in text.split("\n\n") if "event:" in block]


def _parse_block(block: str) -> Sent:
    fields = dict(line.split(": ", 1) for line in block.splitlines())
    return Sent(fields["event"], orjson.loads(fields["data"]), fields.get("id"))


async def count_nothing(_: Viewer) -> int:
    """Stands for the inbox in tests that do without one."""
    return 0


async def events(lines: AsyncIterator[str]) -> AsyncIterator[Sent]:
    block: list[str] = []
    async for line in lines:
        if line:
            block.append(line)
            continue
        for event in parse("\n".join(block)):
            yield event
        block = []
