"""Sends two mails per child process, in one round, and kills the child with SIGKILL: the first before the first line of
the sender, the next `stride` lines later, and so on until one lives to the end. Prints how many were killed.

Arguments: MongoDB URL, database prefix, SMTP port, stride.
"""

import itertools
import os
import signal
import smtplib
import sys
from threading import Event
from types import FrameType
from typing import Any

from notifications.adapters import delivery as delivery_module
from notifications.channels.mail import smtp as smtp_module
from notifications.channels.mail import transport as transport_module
from notifications.usecases import send as send_module

from .builders import mail_row
from .posting import real_post

OURS = {module.__file__ for module in (send_module, delivery_module, transport_module, smtp_module)}
DATA = smtp_module.SmtpHandover.hand.__code__


class Killer:
    """Counts the distinct lines of our modules, and of what smtplib does for DATA, told apart by their caller."""

    def __init__(self, line: int) -> None:
        self._last = line
        self._seen: set[tuple[str, int, int]] = set()

    def __call__(self, frame: FrameType, event: str, argument: object) -> Any:
        code, caller = frame.f_code, frame.f_back
        of_data = code.co_filename == smtplib.__file__ and caller is not None and caller.f_code is DATA
        if code.co_filename not in OURS and not of_data:
            return None
        if event == "line":
            self._seen.add((code.co_filename, frame.f_lineno, caller.f_lineno if caller else 0))
            if len(self._seen) == self._last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def child(line: int, url: str, prefix: str, port: int) -> None:
    with real_post(url, prefix, port) as (deliveries, sender):
        deliveries.add([mail_row(ticket_id=f"t{line}{mail}") for mail in "ab"])
        sys.settrace(Killer(line))
        send_module.send_some(sender, Event())
        sys.settrace(None)


def main(url: str, prefix: str, port: int, stride: int) -> int:
    for killed, line in enumerate(itertools.count(1, stride)):
        pid = os.fork()
        if pid == 0:
            child(line, url, prefix, port)
            os._exit(0)
        status = os.waitpid(pid, 0)[1]
        if not os.WIFSIGNALED(status):
            sys.stdout.write(str(killed))
            return os.waitstatus_to_exitcode(status)
    raise AssertionError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
