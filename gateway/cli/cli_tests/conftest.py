import functools

import pytest

from trackline_cli import access, api

from .fakes import Trackline


@pytest.fixture
def trackline(monkeypatch: pytest.MonkeyPatch) -> Trackline:
    fake = Trackline()
    monkeypatch.setattr(access, "Api", functools.partial(api.Api, transport=fake.transport()))
    monkeypatch.setattr(api, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(api, "LONGEST_PAUSE", 0.002)
    return fake
