"""What people see who have written or uploaded as much as one person may."""

from typing import Any

import pytest
from fastapi import FastAPI

from gateway.actions.quota import Quota
from gateway.kit.settings import Settings

from .conftest import Portal
from .test_attachments import LOG, SCREEN, send
from .test_forms import NEW

LARGE = ("large.log", b"line\n" * 400_000)
SENTENCES = {
    "en": "You have made 1 changes within an hour, and more are not possible. Try again later.",
    "de": "Sie haben innerhalb einer Stunde 1 Änderungen vorgenommen, und mehr sind nicht möglich.",
}
TOO_MANY = {
    "en": "You may upload 1 files within an hour.",
    "de": "Sie können innerhalb einer Stunde 1 Dateien hochladen.",
}
FULL = {"en": "Your files may take 1.5 MB in all", "de": "Ihre Dateien dürfen zusammen 1,5 MB belegen"}


@pytest.fixture(params=["en", "de"])
def language(request: pytest.FixtureRequest, portal: Portal) -> str:
    portal.folk.add("karl", "Karl", language=request.param)
    return str(request.param)


def limit(app: FastAPI, **limits: Any) -> None:
    app.state.parts.quota = Quota(Settings(secret="s" * 32, **limits))


async def test_too_many_changes_cost_no_text(portal: Portal, app: FastAPI, language: str) -> None:
    limit(app, writes_per_hour=1)
    assert (await portal.post("/new", "karl", **NEW)).status_code == 303
    answer = await portal.post("/new", "karl", key="k2", **NEW)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert SENTENCES[language] in answer.text
    assert NEW["description"] in answer.text


@pytest.mark.parametrize(
    ("limits", "sentences"), [({"uploads_per_hour": 1}, TOO_MANY), ({"stored_bytes_per_person": 1_500_000}, FULL)]
)
async def test_a_file_too_much_costs_neither_the_text_nor_the_others(
    portal: Portal, app: FastAPI, language: str, limits: dict[str, int], sentences: dict[str, str]
) -> None:
    limit(app, **limits)
    answer = await send(portal, "/new", SCREEN, LARGE, LOG, who="karl", **NEW)
    assert answer.status_code == 422
    assert sentences[language] in answer.text
    assert NEW["description"] in answer.text
    assert "screen.png" in answer.text
