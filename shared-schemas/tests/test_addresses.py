"""Which mail addresses Trackline takes, with which reason it refuses the others, and what mail servers get."""

import pytest
from pydantic_core import PydanticCustomError

from trackline_schemas.addresses import check, host_to_ascii, split_sender, to_ascii
from trackline_schemas.errors import ServiceError

# What somebody types → what Trackline keeps, and what mail servers get.
TAKEN = {
    "anna@example.org": ("anna@example.org", "anna@example.org"),
    "a.b+c-d_e'f@x.example.org": ("a.b+c-d_e'f@x.example.org", "a.b+c-d_e'f@x.example.org"),
    "anna@müller.example": ("anna@müller.example", "anna@xn--mller-kva.example"),
    "anna@xn--mller-kva.example": ("anna@müller.example", "anna@xn--mller-kva.example"),
    "anna@mu\u0308ller.example": ("anna@müller.example", "anna@xn--mller-kva.example"),
    "anna@straße.example": ("anna@straße.example", "anna@xn--strae-oqa.example"),
    "anna@ışık.example": ("anna@ışık.example", "anna@xn--k-ekaa7p.example"),
    "anna@日本。jp": ("anna@日本.jp", "anna@xn--wgv71a.jp"),
    "anna@مثال.example": ("anna@مثال.example", "anna@xn--mgbh0fb.example"),
    "a" * 64 + "@example.org": ("a" * 64 + "@example.org",) * 2,
    # addresses of an intranet
    "anna@localhost": ("anna@localhost", "anna@localhost"),
    "anna@mail": ("anna@mail", "anna@mail"),
    "anna@firm.local": ("anna@firm.local", "anna@firm.local"),
    "anna@firm.invalid": ("anna@firm.invalid", "anna@firm.invalid"),
}
REFUSED = {
    "": "email_not_valid",
    "anna": "email_not_valid",
    "anna@": "email_not_valid",
    "@example.org": "email_not_valid",
    "a@b@example.org": "email_not_valid",
    "a@b.org, c@d.org": "email_not_valid",
    "a@b.c\r\nBcc: all@example.org": "email_not_valid",
    "a..b@example.org": "email_dots_not_valid",
    ".a@example.org": "email_dots_not_valid",
    "a.@example.org": "email_dots_not_valid",
    "a@example..org": "email_dots_not_valid",
    "a@example.org.": "email_dots_not_valid",
    "a@.example.org": "email_dots_not_valid",
    "jörg@example.org": "email_mailbox_not_ascii",
    "ann\u200da@example.org": "email_mailbox_not_ascii",
    "ανα@example.org": "email_mailbox_not_ascii",
    "a b@example.org": "email_mailbox_not_valid",
    "Anna <a@example.org>": "email_mailbox_not_valid",
    '"a b"@example.org': "email_mailbox_not_valid",
    "a,b@example.org": "email_mailbox_not_valid",
    "a\x00@example.org": "email_mailbox_not_valid",
    "a@exa mple.org": "email_domain_not_valid",
    "a@-example.org": "email_domain_not_valid",
    "a@my_firm.example": "email_domain_not_valid",
    "a@[10.0.0.1]": "email_domain_not_valid",
    "a@10.0.0.1": "email_domain_not_valid",
    "a@firm\u200d.example": "email_domain_not_valid",
    "a@😀.example": "email_domain_not_valid",
    f"a@{'x' * 64}.example": "email_domain_not_valid",
    f"a@{'ü' * 60}.example": "email_domain_not_valid",
    "a" * 250 + "@example.org": "email_too_long",
    "a" * 1_000_000: "email_too_long",
}


@pytest.mark.parametrize(("typed", "forms"), TAKEN.items())
def test_an_address_is_kept_in_unicode_and_sent_in_ascii(typed: str, forms: tuple[str, str]) -> None:
    kept, sent = forms
    assert (check(typed), to_ascii(typed), to_ascii(kept)) == (kept, sent, sent)


@pytest.mark.parametrize(("typed", "reason"), REFUSED.items(), ids=[typed[:30] for typed in REFUSED])
def test_an_address_is_refused_with_a_reason(typed: str, reason: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        check(typed)
    assert caught.value.type == reason
    with pytest.raises(ServiceError) as sent:
        to_ascii(typed)
    assert sent.value.reason == reason


@pytest.mark.parametrize("typed", ["a" * 65 + "@x.example", "a." * 32 + "b@x.example", "a" * 200 + "@müller.example"])
def test_a_mailbox_has_64_characters_and_longer_ones_of_an_earlier_release_still_get_mail(typed: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        check(typed)
    assert caught.value.type == "email_mailbox_too_long"
    assert to_ascii(typed).partition("@")[0] == typed.partition("@")[0]


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("a@x.org", ("", "a@x.org")),
        ("<a@x.org>", ("", "a@x.org")),
        ("a@x.org (Desk)", ("Desk", "a@x.org")),
        ("Desk <a@x.org>", ("Desk", "a@x.org")),
        ("Desk, North (IT) <a@x.org>", ("Desk, North (IT)", "a@x.org")),
        ('"Desk, \\"North\\"" <a@x.org>', ('Desk, "North"', "a@x.org")),
        ("Büro <a@müller.example>", ("Büro", "a@müller.example")),
    ],
)
def test_a_sender_is_a_name_and_an_address(value: str, parts: tuple[str, str]) -> None:
    assert split_sender(value) == parts


def test_a_host_is_looked_up_in_ascii() -> None:
    assert host_to_ascii("mail.straße.example") == "mail.xn--strae-oqa.example"
    assert host_to_ascii("127.0.0.1") == "127.0.0.1"
    with pytest.raises(ValueError, match="Codepoint"):
        host_to_ascii("ma☃il.example")
