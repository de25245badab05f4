"""What wrote a mail."""

import pytest

from gateway.mail_reading.mail import Failure, Kind, Mail, Report

from .mails import mail, parts

OURS = "Message-ID: <ours@help.example.org>\nTo: ben@example.net\nSubject: Your ticket\n\nOurs"
COPY = f"Content-Type: message/rfc822\n\n{OURS}"
DAEMON = (
    "From: MAILER-DAEMON@mx.example.net\nTo: help@example.org\nReturn-Path: <>\nDate: Tue, 5 Mar 2024 10:12:00 +0100\n"
)


def status(action: str = "failed", code: str = "5.1.1") -> str:
    return (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        f"Final-Recipient: rfc822; ben@example.net\nAction: {action}\nStatus: {code}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such person\n"
    )


def bounce(*inside: str, subject: str = "Undelivered Mail Returned to Sender") -> Mail:
    return mail(f"Subject: {subject}\n" + parts("report; report-type=delivery-status", "\nIt failed.", *inside), DAEMON)


def test_a_bounce_tells_whom_it_did_not_reach_and_which_mail() -> None:
    found = bounce(status(), COPY)
    assert found.kind is Kind.BOUNCE
    assert found.report == Report(
        (Failure("ben@example.net", "5.1.1", "550 5.1.1 No such person"),), "ours@help.example.org"
    )
    assert found.report.failures[0].permanent


def test_a_bounce_may_have_the_headers_of_our_mail_only() -> None:
    found = bounce(status(), "Content-Type: text/rfc822-headers\n\nMessage-ID: <ours@help.example.org>\nSubject: x")
    assert found.report is not None
    assert found.report.message_id == "ours@help.example.org"


def test_a_delay_is_a_failure_for_the_time_being() -> None:
    found = bounce(status("delayed", "4.4.1"), COPY)
    assert found.report is not None
    assert [one.permanent for one in found.report.failures] == [False]


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_bounce(action: str) -> None:
    assert bounce(status(action, "2.0.0"), COPY, subject="Successful Mail Delivery Report").kind is Kind.AUTOMATIC


def test_a_report_of_success_from_a_person_is_no_mail_of_that_person() -> None:
    report = parts("report; report-type=delivery-status", "\nIt arrived.", status("delivered", "2.0.0"))
    assert mail(f"Return-Path: <ann@example.org>\n{report}").kind is Kind.AUTOMATIC


WORDS = {
    "qmail": "Hi. This is the qmail-send program.\n\n<ben@example.net>:\n192.0.2.1 does not like recipient.\n"
    "Remote host said: 550 5.1.1 No such person\n\n--- Below this line is a copy of the message.\n\n",
    "own words": "There was an error delivering your mail to <ben@example.net>.\n\n"
    "host [192.0.2.1] said:\n550 5.7.1 No\n\n"
    "Message headers follow.\n\n",
    "a full mailbox": "Your message could not\nbe delivered to ben@example.net, because the mailbox is full.\n\n"
    "----- Original message -----\n\n",
}


@pytest.mark.parametrize("words", WORDS)
def test_a_bounce_in_words(words: str) -> None:
    copy = "Received: by x\nMessage-Id: <ours@help.example.org>\nTo: someone@else.example\nSubject: Your ticket\n"
    found = mail(f"Subject: failure notice\n\n{WORDS[words]}{copy}", DAEMON)
    assert found.kind is Kind.BOUNCE
    assert found.report is not None
    assert [one.address for one in found.report.failures] == ["ben@example.net"]
    assert found.report.message_id == "ours@help.example.org"


PERSONS = [
    "Subject: Re: Undelivered Mail Returned to Sender\n\nWhy did I get this?\n\n" + WORDS["qmail"],
    "Subject: Fwd: failure notice\n\n" + WORDS["own words"],
    "Subject: My mail\n\nI wrote to ben@example.net, and got 550 5.1.1 user unknown. The mail could not be delivered.",
    "Subject: Printer\n" + parts("mixed", "\nSee the mail below, it was rejected", COPY),
    "Subject: Re: Test\n\nHello\n\n----- Original Message -----\nFrom: ben@example.net\nTo: a@x.org\nSubject: Test",
]


@pytest.mark.parametrize("text", PERSONS)
def test_what_a_person_writes_about_a_bounce_is_none(text: str) -> None:
    assert mail(f"Return-Path: <ann@example.org>\n{text}").kind is Kind.ORDINARY


def test_a_complaint_names_our_mail() -> None:
    report = "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x\nVersion: 1\n"
    found = mail(parts("report; report-type=feedback-report", "\nSpam", report, COPY))
    assert found.kind is Kind.COMPLAINT
    assert found.report == Report((), "ours@help.example.org", "abuse")


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (away)",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "Subject: Automatic reply: Printer",
        "Subject: Abwesenheitsnotiz: Drucker",
        "Subject: Réponse automatique : imprimante",
        "Return-Path: <>",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n"
        "Content-Type: message/disposition-notification\n\nDisposition: manual-action; displayed\n--b--",
    ],
)
def test_answers_of_programs(headers: str) -> None:
    assert mail(f"{headers}\n\nI am away.").kind is Kind.AUTOMATIC


@pytest.mark.parametrize(
    "header", ["List-Id: <news.example.org>", "List-Unsubscribe: <https://example.org>", "Precedence: bulk"]
)
def test_mails_to_many(header: str) -> None:
    assert mail(f"{header}\n\nNews").kind is Kind.BULK


def test_an_invitation() -> None:
    calendar = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR"
    found = mail(parts("alternative", "\nMeeting", calendar))
    assert found.kind is Kind.INVITATION
    assert found.attachments[0].name == "text-1.ics"


def test_a_mail_that_goes_round_in_circles() -> None:
    assert mail("Received: by x\n" * 51 + "\nHello").kind is Kind.LOOP
    assert mail("Delivered-To: help@example.org\n" * 4 + "\nHello").kind is Kind.LOOP


@pytest.mark.parametrize(
    "headers", ["Auto-Submitted: no", "Precedence: normal", "Subject: Automatic door", "X-Auto-Response-Suppress: None"]
)
def test_ordinary_mails(headers: str) -> None:
    assert mail(f"{headers}\nReturn-Path: <ann@example.org>\n\nHello").kind is Kind.ORDINARY
