"""Small mails for tests."""

from gateway.mail_reading.mail import Mail
from gateway.mail_reading.read import read

HEAD = "From: Ann Ray <ann@example.org>\nDate: Tue, 5 Mar 2024 10:12:00 +0100\n"


def mail(text: str, head: str = HEAD) -> Mail:
    """`text` begins with more headers, and has a blank line before its body."""
    return read((head + text).encode())


def html(body: str, more: str = "") -> Mail:
    return mail(f"Content-Type: text/html; charset=utf-8\n{more}\n{body}")


def parts(kind: str, *inside: str) -> str:
    """Returns the headers and the body of a mail with parts."""
    between = "".join(f"--b\n{part}\n" for part in inside)
    return f"Content-Type: multipart/{kind}; boundary=b\n\n{between}--b--\n"
