"""Reads requests that offer another protocol as if they did not, which RFC 9110, section 7.8, allows.

httptools ends such a request behind its head, takes its body for the other protocol, and has no setting against that.
Whatever came behind the head would become the next request. So the head is read twice, the second time without its
offer.
"""

from array import array
from typing import Protocol

from httptools import HttpParserUpgrade, HttpRequestParser


class Reader(Protocol):
    """It has the callbacks of httptools, too."""

    url: bytes
    headers: list[tuple[bytes, bytes]]
    parser: HttpRequestParser


class Parser(HttpRequestParser):
    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._reader = reader
        # A client may send something behind a request with `Connection: close`. It is skipped, and is no error.
        self.set_dangerous_leniencies(lenient_data_after_close=True)

    def feed_data(self, data: "bytes | bytearray | memoryview | array[int]") -> None:
        try:
            super().feed_data(data)
        except HttpParserUpgrade as offer:
            # This one might have come to its end with `Connection: close`. The limit of requests that wait in a
            # connection also bounds how deep this goes.
            self._reader.parser = Parser(self._reader)
            self._reader.parser.feed_data(self._head_without_offer() + bytes(data)[offer.args[0] :])

    def _head_without_offer(self) -> bytes:
        line = b"%b %b HTTP/%b\r\n" % (self.get_method(), self._reader.url, self.get_http_version().encode())
        fields = (b"%b: %b\r\n" % (name, value) for name, value in self._reader.headers if name != b"upgrade")
        return line + b"".join(fields) + b"\r\n"
