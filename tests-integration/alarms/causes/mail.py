"""Mails that wait, that are refused, or that lack their thread."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from harness.api import wait_for

from alarms.cause import causes
from alarms.world import Scene
from trackline_local.steps import ROOT
from trackline_schemas.base import now


@causes("TracklineMailUnthreaded")
def bug_in_mails(scene: Scene) -> Iterator[None]:
    """notifications runs with a bug: its mails name no parent (alarms/unthreaded.py)."""
    program = scene.system.programs["notifications"]
    command, environment = program.command, program.environment
    program.command = [sys.executable, "-m", "alarms.unthreaded"]
    program.environment = {**(environment or {}), "PYTHONPATH": str(ROOT / "tests-integration")}
    try:
        scene.system.restart("notifications")
        # Prometheus must see the counter before it rises.
        wait_for(lambda: scene.prometheus.query("trackline_mails_unthreaded_total == 0"))
        _cause_mail(scene)
        yield
    finally:
        program.stop()
        program.command, program.environment = command, environment


@causes("TracklineMailWaits")
def stopped_mail_server(scene: Scene) -> Iterator[None]:
    """The mail server has been away for 11 minutes (the queued mail is made older)."""
    scene.system.programs["mailbox"].stop()
    _cause_mail(scene)
    deliveries = scene.truth.database("notifications").deliveries
    wait_for(lambda: deliveries.count_documents({"state": "queued", "attempts": {"$gt": 0}}))
    deliveries.update_many({"state": "queued"}, {"$set": {"created_at": now() - timedelta(minutes=11)}})
    yield


@causes("TracklineMailNotDelivered")
def refusing_mail_server(scene: Scene) -> Iterator[None]:
    """The mail server answers 550 to a recipient."""
    mailbox = scene.system.programs["mailbox"]
    mailbox.stop()
    with _refusing_server(urlsplit(mailbox.ready_url).port or 0):
        _cause_mail(scene)
        yield


def _cause_mail(scene: Scene) -> None:
    ticket = scene.requester.new_ticket("A ticket whose requester gets a mail")
    scene.agent.comment(ticket["number"], "We are looking into it.")


class _Refusing:
    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        return "550 5.1.1 There is no such person here"


@contextmanager
def _refusing_server(port: int) -> Iterator[None]:
    server = Controller(_Refusing(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield
    finally:
        server.stop()
