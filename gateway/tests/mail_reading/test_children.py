"""A mail that costs too much ends one process, and nothing else."""

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.mail_reading import children
from gateway.mail_reading.children import DIED, TOO_COMPLEX, Children, Ended, Unreadable
from gateway.mail_reading.mail import Defect, Kind

HEAD = b"From: Ann <ann@example.org>\nDate: Tue, 5 Mar 2024 10:12:00 +0000\nContent-Type: text/html\n\n"
MAIL = HEAD + b"<p>Hello</p>"
# what Python's own reader of HTML needs the square of the length for
POISON = HEAD + b"<a " * 300_000


@pytest.fixture(scope="module")
def readers() -> Iterator[Children]:
    found = Children()
    yield found
    found.close()


def seconds_of(readers: Children, raw: bytes) -> float:
    begin = time.monotonic()
    with pytest.raises(Unreadable, match=TOO_COMPLEX):
        readers.read_in_child(raw)
    return time.monotonic() - begin


def test_a_mail_comes_as_it_was_read(readers: Children) -> None:
    picture = b"Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
    raw = b"From: Ann <ann@example.org>\n" + picture
    found = readers.read_in_child(raw)
    assert found.senders[0].name == "Ann"
    assert found.kind is Kind.ORDINARY
    assert found.attachments[0].content == b"\x89PNG\r\n\x1a\n"


def test_a_mail_that_costs_too_much_ends_within_five_seconds_and_the_next_is_read(readers: Children) -> None:
    readers.read_in_child(MAIL)
    assert seconds_of(readers, POISON) < 5
    assert readers.read_in_child(MAIL).text == "Hello"


def test_the_system_ends_a_process_that_computes_for_too_long(
    readers: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "WALL_SECONDS", 60)
    monkeypatch.setattr(children, "CPU_SECONDS", 0.2)
    assert seconds_of(readers, POISON) < 30


def test_each_mail_has_its_own_seconds(readers: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "WALL_SECONDS", 60)
    monkeypatch.setattr(children, "CPU_SECONDS", 1.0)
    monkeypatch.setattr(children, "CPU_PER_MEGABYTE", 0)
    readers.read_in_child(MAIL)
    process = readers._all[0]._process
    for _ in range(10):
        readers.read_in_child(HEAD + b"<p>Hello" * 7_000)
    assert readers._all[0]._process is process


def test_deep_html_and_a_text_that_is_slow_elsewhere_are_read(readers: Children) -> None:
    begin = time.monotonic()
    assert Defect.HTML_DEEP in readers.read_in_child(HEAD + b"<div>" * 80_000 + b"Hello").defects
    assert len(readers.read_in_child(b"From: a@b.org\n\n" + b"On " * 8000).text) == 24_000
    assert time.monotonic() - begin < 5


def test_a_process_that_hangs_ends_at_the_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers the question at the start, and then sleeps."""
    program = (
        "import sys,time; from gateway.mail_reading.worker import LENGTH; sys.stdin.buffer.read(16);"
        "sys.stdout.buffer.write(b'+' + LENGTH.pack(0)); sys.stdout.flush(); time.sleep(60)"
    )
    monkeypatch.setattr(children, "WALL_SECONDS", 0.3)
    readers = Children(command=(sys.executable, "-c", program))
    assert seconds_of(readers, MAIL) < 5
    readers.close()


def test_a_mail_whose_memory_is_not_there_is_too_complex() -> None:
    program = "from gateway.mail_reading import worker; worker.MOST_MEMORY = 400_000_000; worker.main()"
    readers = Children(command=(sys.executable, "-c", program))
    seconds_of(readers, b"From: a@b.org\n\n" + b"x" * 100_000_000)
    assert readers.read_in_child(MAIL).text == "Hello"
    readers.close()


def test_a_process_that_somebody_kills_is_started_again(readers: Children) -> None:
    readers.read_in_child(MAIL)
    readers._all[0].kill()
    assert readers.read_in_child(MAIL).text == "Hello"


def test_a_process_that_never_answers_is_not_started_for_ever() -> None:
    readers = Children(command=(sys.executable, "-c", "raise SystemExit"))
    with pytest.raises(Unreadable, match=DIED):
        readers.read_in_child(MAIL)
    readers.close()


def test_closing_while_a_mail_is_read_says_nothing_about_the_mail() -> None:
    readers = Children()
    readers.read_in_child(MAIL)
    closing = threading.Timer(0.3, readers.close)
    closing.start()
    with pytest.raises(Ended):
        readers.read_in_child(POISON)
    with pytest.raises(Ended):
        readers.read_in_child(MAIL)
    closing.join()


def test_threads_share_the_processes() -> None:
    readers = Children(2)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(readers.read_in_child(MAIL).text)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    readers.close()
    assert found == ["Hello"] * 8


def test_it_gets_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKLINE_TEST_SECRET", "x")
    readers = Children()
    readers.read_in_child(MAIL)
    process = readers._all[0]._process
    assert process is not None
    assert b"TRACKLINE" not in Path(f"/proc/{process.pid}/environ").read_bytes()
    readers.close()
