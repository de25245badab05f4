"""Runs notifications with a bug: its mails have no parent, so that replies to them would open new tickets."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet

eventlet.monkey_patch()

from notifications.channels.mail import composer  # noqa: E402
from trackline_chassis.runner import main  # noqa: E402


def no_root(ticket_id: str, host: str) -> str:
    return ""


vars(composer)["root_id"] = no_root
main("notifications")
