"""The local mailbox, over real SMTP."""

import asyncio
import smtplib
import stat
from email.header import Header
from email.message import EmailMessage
from pathlib import Path

import pytest

from gateway.mailbox.server import MailboxSettings, listen
from gateway.mailbox.store import list_mails, names_in, read_mail


def mail(subject: str, text: str = "Grüße", charset: str = "utf-8") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@example.org", "rita@example.org", subject
    message["Message-ID"] = "<1@example.org>"
    message.set_content(text)
    message.set_param("charset", charset)
    return message


async def deliver(state: Path, *messages: EmailMessage, keep: int = 1000) -> None:
    server = await listen(MailboxSettings(state=state, mailbox_port=0, mailbox_keep=keep))
    async with server:
        port = server.sockets[0].getsockname()[1]
        await asyncio.to_thread(send, port, messages)


def send(port: int, messages: tuple[EmailMessage, ...]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        for message in messages:
            client.send_message(message, to_addrs=["rita@example.org", "ron@example.org"])


async def test_a_mail_is_kept_as_it_came(tmp_path: Path) -> None:
    await deliver(tmp_path, mail("Ihr Drucker läuft wieder"))
    [kept] = list_mails(tmp_path)
    assert (kept.subject, kept.excerpt) == ("Ihr Drucker läuft wieder", "Grüße")
    assert kept.recipients == ["rita@example.org", "ron@example.org"]
    assert kept.message["Message-ID"] == "<1@example.org>"
    found = read_mail(tmp_path, kept.id)
    assert found
    assert found.message.as_bytes() == kept.message.as_bytes()
    [file] = (tmp_path / "mailbox").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["Hilfe für das Büro, Übersicht und Größe der Außenstelle", "Desk, North", ""])
def test_the_sender_is_shown_as_it_was_written(tmp_path: Path, name: str) -> None:
    written = f"{Header(name, 'utf-8').encode() if name else ''} <desk@example.org>".strip()
    (tmp_path / "mailbox").mkdir()
    (tmp_path / "mailbox" / f"{1:019d}-abcdef01.eml").write_text(f"From: {written}\n\nHello\n")
    assert list_mails(tmp_path)[0].sender == f"{name} <desk@example.org>".strip()


async def test_the_newest_are_kept(tmp_path: Path) -> None:
    await deliver(tmp_path, *(mail(f"mail {number}") for number in range(5)), keep=3)
    assert [kept.subject for kept in list_mails(tmp_path)] == ["mail 4", "mail 3", "mail 2"]


async def test_the_newest_are_kept_after_a_restart_too(tmp_path: Path) -> None:
    await deliver(tmp_path, *(mail(f"mail {number}") for number in range(4)))
    await deliver(tmp_path, mail("mail 4"), keep=3)
    assert [kept.subject for kept in list_mails(tmp_path)] == ["mail 4", "mail 3", "mail 2"]


async def test_a_mail_is_kept_without_a_look_at_all_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def count(folder: Path) -> list[str]:
        looks.append(folder)
        return names_in(folder)

    monkeypatch.setattr("gateway.mailbox.server.names_in", count)
    await deliver(tmp_path, *(mail(f"mail {number}") for number in range(20)), keep=3)
    assert len(looks) == 1


async def test_a_mail_in_an_unknown_charset_is_shown(tmp_path: Path) -> None:
    await deliver(tmp_path, mail("odd", "plain words", charset="x-klingon"))
    assert list_mails(tmp_path)[0].excerpt == "plain words"


@pytest.mark.parametrize("mail_id", ["../../etc/passwd", "", "1", "0000000000000000000-abcdef01"])
def test_no_other_file_is_read(tmp_path: Path, mail_id: str) -> None:
    assert read_mail(tmp_path, mail_id) is None


def test_an_empty_mailbox_lists_nothing(tmp_path: Path) -> None:
    assert list_mails(tmp_path) == []


async def test_a_full_disk_refuses_the_mail_for_now(tmp_path: Path) -> None:
    server = await listen(MailboxSettings(state=tmp_path, mailbox_port=0))
    async with server:
        (tmp_path / "mailbox").rmdir()
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(smtplib.SMTPDataError) as refused:
            await asyncio.to_thread(send, port, (mail("lost"),))
    assert refused.value.smtp_code == 452
    assert list_mails(tmp_path) == []
