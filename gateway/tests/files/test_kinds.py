"""Names and types of files."""

import pytest

from gateway.files.kinds import LONGEST_NAME, clean_name, recognise
from gateway.judge.programs import HEAD
from gateway.kit.settings import Settings
from trackline_schemas.errors import ServiceError

BLOCKED = Settings(secret="s" * 32).blocked_endings
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
PROGRAM = b"MZ\x90\0" + bytes(60) + b"PE\0\0"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("C:\\Users\\me\\report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("photo_\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe", "photo_gnp.exe"),
        ("a\r\nContent-Type: x.txt", "aContent-Type- x.txt"),
        ("Übersicht für Łódź 東京.xlsx", "Übersicht für Łódź 東京.xlsx"),
        ("U\u0308bersicht.pdf", "Übersicht.pdf"),
        ("👨‍👩‍👧 می‌خواهم 🫨.txt", "👨‍👩‍👧 می‌خواهم 🫨.txt"),
        ("in\u200bvoice\u00ad\ufeff.pdf", "invoice.pdf"),
        ("\u200f\u2066x\u2069.pdf", "x.pdf"),
        ("\u200b\u2800\u3164", "file"),
        ("क्‍ष 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🫩.png", "क्‍ष 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🫩.png"),
        ("report.pdf\u200d", "report.pdf"),
        ("", "file"),
        ("/", "file"),
        ("..", "file"),
        (". . .", "file"),
        (".env", ".env"),
        ("app/.gitignore", ".gitignore"),
        ("..env", ".env"),
        (". .env. ", ".env"),
    ],
)
def test_names_are_cleaned(given: str, shown: str) -> None:
    assert clean_name(given) == shown


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("x" * 400 + ".pdf") == "x" * (LONGEST_NAME - 4) + ".pdf"
    assert clean_name("x" * 400) == "x" * LONGEST_NAME


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (PNG, "screen.png", "image/png"),
        (PNG, "screen.txt", "image/png"),
        (b"%PDF-1.7\n", "a.pdf", "application/pdf"),
        (b"<!doctype html><p>Hello</p>", "picture.png", "text/plain"),
        (b"<!doctype html><p>Hello</p>", "answer.log", "text/plain"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "answer.json", "text/plain"),
        (b"hello", "picture.png", "text/plain"),
        ("Größe\n".encode(), "app.log", "text/plain"),
        ("ä".encode() * (HEAD // 2), "app.log", "text/plain"),
        (b"x" + "ä".encode() * (HEAD // 2 - 1) + b"\xc3", "app.log", "text/plain"),
        (b"\x00\x01\x02", "dump", "application/octet-stream"),
        (b"\xff\xfe\xfd", "notes.txt", "application/octet-stream"),
    ],
)
def test_the_content_decides_the_type(head: bytes, name: str, kind: str) -> None:
    assert recognise(head, name, BLOCKED).type == kind


@pytest.mark.parametrize(
    ("head", "name"), [(PROGRAM, "setup.exe"), (PROGRAM, "invoice.pdf"), (b"@echo off", "run.BAT"), (b"x", "a.hta")]
)
def test_programs_are_refused_under_any_name(head: bytes, name: str) -> None:
    with pytest.raises(ServiceError) as caught:
        recognise(head, name, BLOCKED)
    assert caught.value.code == "unsupported_media_type"
