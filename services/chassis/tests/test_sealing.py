"""Encrypted secrets: who can open them, and how keys are exchanged."""

import pytest

from trackline_chassis.sealing import Seal
from trackline_schemas.errors import ServiceError

OLD, NEW = "o" * 32, "n" * 32
TEXT = "smtp://desk:s3cret@mail.example.org:587"


def test_a_sealed_text_shows_nothing_and_opens_again() -> None:
    seal = Seal([OLD])
    sealed = seal.seal("mail", TEXT)
    assert "s3cret" not in sealed
    assert seal.open("mail", sealed) == TEXT
    assert seal.seal("mail", TEXT) != sealed, "equal secrets must not look equal"


def test_a_text_of_an_earlier_release_opens_unchanged() -> None:
    assert Seal([OLD]).open("mail", TEXT) == TEXT
    assert not Seal([OLD]).is_current(TEXT)


def test_a_new_key_encrypts_while_the_old_one_still_decrypts() -> None:
    old, both, new = Seal([OLD]), Seal([NEW, OLD]), Seal([NEW])
    before = old.seal("mail", TEXT)
    assert both.open("mail", before) == TEXT
    assert not both.is_current(before)
    after = both.seal("mail", both.open("mail", before))
    assert both.is_current(after)
    assert new.open("mail", after) == TEXT


def test_a_new_key_in_front_keeps_the_fingerprints() -> None:
    assert Seal([OLD]).fingerprint(b"x") == Seal([NEW, OLD]).fingerprint(b"x") != Seal([NEW]).fingerprint(b"x")


SEALED = Seal([OLD]).seal("mail", TEXT)


@pytest.mark.parametrize(
    ("key", "name", "stored"),
    [
        (NEW, "mail", SEALED),
        (OLD, "another place", SEALED),
        (OLD, "mail", SEALED[:-6] + "AAAA=="),
        (OLD, "mail", SEALED[:-4]),
        (OLD, "mail", "sealed:"),
        (OLD, "mail", "sealed:0:0"),
    ],
)
def test_nothing_else_opens_it(key: str, name: str, stored: str) -> None:
    with pytest.raises(ServiceError) as caught:
        Seal([key]).open(name, stored)
    assert (caught.value.code, caught.value.reason) == ("unavailable", "encryption_key_missing")
