"""Replaces one of Trackline's programs: answers 200 to every request until it is stopped."""

import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ.get("TRACKLINE_ADMIN_PASSWORD", "").encode())

    def log_message(self, format: str, *args: object) -> None: ...


def serve(port_setting: str) -> None:
    if os.environ.get("TRACKLINE_STANDIN_FAILS") in sys.argv:
        print("no disk today")
        sys.exit(3)
    HTTPServer(("127.0.0.1", int(os.environ[port_setting])), Answer).serve_forever()
