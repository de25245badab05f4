"""More live streams than one person needs."""

from collections.abc import Iterator
from contextlib import ExitStack

from attack.target import Figure, Target

STREAMS = 300


def attack(target: Target) -> Iterator[Figure]:
    person = target.admin.new_person("Stream Collector")
    head = f"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {person.token}\r\n\r\n".encode()
    with ExitStack() as stack:
        taken = 0
        for _ in range(STREAMS):
            connection = stack.enter_context(target.connect())
            connection.sendall(head)
            taken += b" 200 " in connection.recv(4096).split(b"\r\n")[0]
    yield Figure("H1: streams that one person opens", "", 300, taken, 32)
