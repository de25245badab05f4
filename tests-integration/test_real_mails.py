"""Real mails of many programs are read. The gateway's own tests have a small mail for each of these cases.

The mails may be beside the checkout; the project cannot contain them. TRACKLINE_TEST_MAILS names another folder.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.folding import cases

from gateway.mail_reading.mail import Kind, Mail
from gateway.mail_reading.read import read
from gateway.mail_reading.worker import FORM

DATA = Path(os.environ.get("TRACKLINE_TEST_MAILS", cases.DATA))
pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not there")


def mails(folder: str) -> Iterator[tuple[str, Mail]]:
    for path in sorted((DATA / folder).rglob("*")):
        if path.is_file() and path.suffix not in (".json", ".md"):
            raw = path.read_bytes()
            # Some files are the text of a reply alone.
            yield path.name, read(raw if path.suffix == ".eml" else b"From: a@example.org\n\n" + raw)


def test_every_mail_is_read() -> None:
    count = 0
    for _, found in mails("."):
        assert FORM.validate_json(FORM.dump_json(found)) == found
        count += 1
    assert count > 600


def test_bounces_complaints_and_answers_are_told_apart() -> None:
    wanted = {"arf-": Kind.COMPLAINT, "rfc3834-": Kind.AUTOMATIC}
    right = dict.fromkeys(["arf-", "rfc3834-", ""], 0)
    every = dict(right)
    for name, found in mails("bounces/bsd"):
        group = next((group for group in wanted if name.startswith(group)), "")
        every[group] += 1
        right[group] += found.kind is wanted.get(group, Kind.BOUNCE)
    assert right["arf-"] == every["arf-"]
    assert right["rfc3834-"] == every["rfc3834-"]
    assert right[""] >= 0.97 * every[""]


@pytest.mark.parametrize("folder", ["bounces/not", "replies-talon", "replies-crisp", "mime-stalwart"])
def test_other_mails_are_no_bounces(folder: str) -> None:
    assert [name for name, found in mails(folder) if found.kind is Kind.BOUNCE] == []


@pytest.mark.parametrize("half", ["first_half.txt", "second_half.txt"])
def test_quotes_are_folded_and_no_word_of_the_writer_is(half: str) -> None:
    found = list(cases.outcomes(half, DATA))
    assert [one.name for one in found if not one.own] == []
    assert sum(one.clean for one in found) >= 0.95 * len(found)
