"""What a mail says is read, however it is written."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest

from gateway.mail_reading.mail import Address, Defect, Mail
from gateway.mail_reading.read import read

from .mails import HEAD, mail, parts


def test_the_headers_of_an_ordinary_mail() -> None:
    found = mail(
        "Message-ID: <one@example.org>\nIn-Reply-To: <zero@example.org>\nReferences: <a@x.org>\n <zero@example.org>\n"
        'To: "Desk, Help" <help@example.org>, ben@example.org\nCc: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\n'
        "Reply-To: office@example.org\nSubject: =?utf-8?q?The_print?=\n =?utf-8?q?er_=E2=98=B9?=\n\nHello"
    )
    assert (found.message_id, found.in_reply_to) == ("one@example.org", ("zero@example.org",))
    assert found.references == ("a@x.org", "zero@example.org")
    assert found.senders == (Address("Ann Ray", "ann@example.org"),)
    assert found.to == (Address("Desk, Help", "help@example.org"), Address("", "ben@example.org"))
    assert found.cc == (Address("Jürgen", "j@example.org"),)
    assert found.reply_to == (Address("", "office@example.org"),)
    assert found.subject == "The printer ☹"
    assert found.date == datetime(2024, 3, 5, 9, 12, tzinfo=UTC)
    assert (found.text, found.html, found.defects) == ("Hello", None, ())


def test_the_hash_is_that_of_the_raw_mail() -> None:
    assert mail("\nHello").content_hash == hashlib.sha256((HEAD + "\nHello").encode()).hexdigest()


def test_headers_that_say_how_the_mail_came_about_are_kept() -> None:
    found = mail("Return-Path: <>\nAuthentication-Results: one\nAuthentication-Results: two\nX-Mailer: none\n\n")
    assert found.headers == {"return-path": ("<>",), "authentication-results": ("one", "two")}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("=?utf-8?q?Ann_=28desk=29?= <ann@example.org>", "Ann (desk)"),
        ("=?iso-8859-1?q?Ann_M=FCller?= <ann@example.org>", "Ann Müller"),
        ("=?utf-8?b?QW5uIE3DvGxsZXI=?= <ann@example.org>", "Ann Müller"),
        ("=?utf-8?b?QW5uIE3D?= =?utf-8?b?vGxsZXI=?= <ann@example.org>", "Ann Müller"),
        ("=?x-unknown?q?Ann_M=C3=BCller?= <ann@example.org>", "Ann Müller"),
        ("Ann Müller <ann@example.org>", "Ann Müller"),
        ("=?utf-8?q?Ann_M=C3=BCller_=3Cann=40example=2Eorg=3E?=", "Ann Müller"),
        ("ann@example.org (Ann Müller)", "Ann Müller"),
        ('"Müller, Ann" <ann@example.org>', "Müller, Ann"),
        ("=?utf-8?q?M=C3=BCller=2C_Ann?= <ann@example.org>", "Müller, Ann"),
        ("<ann@example.org>", ""),
        ("Ann\u202e Müller <ann@example.org>", "Ann Müller"),
    ],
)
def test_names_of_senders(written: str, name: str) -> None:
    assert mail("\n", f"From: {written}\n").senders == (Address(name, "ann@example.org"),)


def test_a_name_in_an_old_character_set_without_a_sign_of_it() -> None:
    found = read("From: Ann Müller <ann@example.org>\nSubject: größer\n\n".encode("cp1252"))
    assert (found.senders[0].name, found.subject) == ("Ann Müller", "größer")


@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "us-ascii", "x-unknown", "utf8mb4", "ansi", "punycode", "", "\0"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_text_in_a_wrong_or_unknown_character_set(charset: str, encoding: str) -> None:
    head = f"From: a@b.org\nContent-Type: text/plain; charset={charset}\n\n".encode()
    assert read(head + "größer €".encode(encoding)).text == "größer €"


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("gb2312", "你好"),
        ("shift_jis", "こんにちは"),
        ("ks_c_5601-1987", "안녕"),
        ("koi8-r", "привет"),
        ("iso-2022-jp", "漢字"),
    ],
)
def test_text_in_its_character_set(charset: str, text: str) -> None:
    head = (
        f"From: a@b.org\nDate: Tue, 5 Mar 2024 10:12:00 +0100\nContent-Type: text/plain; charset={charset}\n\n".encode()
    )
    found = read(head + text.encode(charset))
    assert (found.text, found.defects) == (text, ())


def attachment(found: Mail) -> tuple[str, str, bytes]:
    (one,) = found.attachments
    return one.name, one.media_type, one.content


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('filename="a b.pdf"', "a b.pdf"),
        ("filename*=utf-8''gr%C3%B6%C3%9Fer.pdf", "größer.pdf"),
        ("filename*0=gr; filename*1=een.pdf", "green.pdf"),
        ('filename="=?utf-8?q?gr=C3=B6=C3=9Fer=2Epdf?="', "größer.pdf"),
        ('filename="../../etc/x.pdf"', "x.pdf"),
        ("filename=C:\\\\temp\\\\x.pdf", "x.pdf"),
        ('filename="größer.pdf"', "größer.pdf"),
        ("", "application-1.pdf"),
    ],
)
def test_names_of_attachments(written: str, name: str) -> None:
    kind = "Content-Type: application/pdf\nContent-Transfer-Encoding: base64"
    part = f"{kind}\nContent-Disposition: attachment; {written}\n\nYWJj"
    assert attachment(mail(parts("mixed", "\nHello", part))) == (name, "application/pdf", b"abc")


def test_a_mail_in_a_mail_is_an_attachment_and_its_text_is_none_of_the_mail() -> None:
    found = mail(parts("mixed", "\nSee below", "Content-Type: message/rfc822\n\nSubject: inside\n\nInner"))
    assert found.text == "See below"
    name, media_type, content = attachment(found)
    assert (name, media_type) == ("message-1.eml", "message/rfc822")
    assert content == b"Subject: inside\n\nInner"


def test_texts_between_attachments_are_one_text() -> None:
    picture = "Content-Type: image/png\n\nx"
    found = mail(parts("mixed", "\nOne\n", picture, "\nTwo"))
    assert found.text.split() == ["One", "Two"]


def test_of_alternatives_both_forms_are_known_and_an_empty_text_is_none() -> None:
    shown = "Content-Type: text/html\n\n<p>Shown</p>"
    assert mail(parts("alternative", "\nText", shown)).text == "Text"
    found = mail(parts("alternative", "\n \n", shown))
    assert (found.text, found.html) == ("Shown", "<p>Shown</p>")


def test_a_text_behind_html_is_shown_with_it() -> None:
    found = mail(parts("mixed", "Content-Type: text/html\n\n<p>Shown</p>", "\nfooter <of> the list"))
    assert "footer &lt;of&gt; the list" in found.html_parts[0].content


def test_a_damaged_encoding_is_told_and_read_as_far_as_possible() -> None:
    text = base64.b64encode(b"Hello, this is text").decode()
    found = mail(f"Content-Transfer-Encoding: base64\n\n{text[:10]}!{text[10:]}")
    assert found.text.startswith("Hello")
    assert Defect.ENCODING in found.defects


def test_a_line_that_is_no_header_hides_none_of_the_others() -> None:
    found = mail("this is no header\nSubject: Printer\nX Y : z\nTo: help@example.org\n\nHello")
    assert (found.subject, found.text, found.to[0].address) == ("Printer", "Hello", "help@example.org")
    assert Defect.HEADER in found.defects


def test_what_is_missing_is_told() -> None:
    found = read(b"From: a@x.org, b@x.org\nDate: yesterday\n\n")
    assert (found.date, set(found.defects)) == (None, {Defect.DATE, Defect.SENDERS})
    assert Defect.NO_SENDER in read(b"From: nobody\n\n").defects


def test_parts_that_do_not_fit_together_lose_no_text() -> None:
    found = mail("Content-Type: multipart/mixed; boundary=b\n\nHello without parts")
    assert found.text == "Hello without parts"
    assert Defect.STRUCTURE in found.defects


def test_parts_in_which_nothing_is_found_are_shown_as_they_came() -> None:
    inner = 'Content-Type: multipart/mixed; boundary="a----"\n\n--a----\nContent-Type: text/plain\n\nHello\n--a------'
    assert "Hello" in mail(f'Content-Type: multipart/mixed; boundary="a--"\n\n--a--\n{inner}').text
