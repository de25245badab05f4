"""A live stream lives no longer than what its client proved their identity with, and shows no more."""

from collections.abc import Collection

import pytest

from gateway.kit.credential import Credential
from gateway.live.hub import LiveHub
from gateway.live.watch import StreamWatch
from trackline_schemas.events import TEAM_CHANGED, USER_CHANGED, Event

from .fakes import FakePeople, event, person, ticket
from .streams import count_nothing
from .test_live_hub import names

SESSION = Credential("session", "5e", "alf")
KEY = Credential("key", "k1", "anna", admin=False)


@pytest.fixture
def people() -> FakePeople:
    return FakePeople()


@pytest.fixture
def hub(people: FakePeople) -> LiveHub:
    return LiveHub(people.directory, count_nothing, heartbeat_seconds=15)


def changed(type: str, sequence: int = 2, **data: object) -> Event:  # noqa: A002
    return Event.model_validate(event(sequence, type=type, subject=data["id"])).model_copy(update={"data": data})


def user_changed(who: str, **fields: object) -> Event:
    document = person(who, **fields)
    data = {name: value for name, value in document.items() if name not in ("_id", "version")}
    return changed(USER_CHANGED, id=who, **data)


async def test_a_key_without_admin_sees_no_more_after_a_change_of_a_team(hub: LiveHub) -> None:
    stream = hub.join(KEY)
    hub.publish(changed(TEAM_CHANGED, id="desk", name="Desk"))
    hub.publish(Event.model_validate(event(1, ticket=ticket(team_id="desk"))))
    assert await names(stream) == []


@pytest.mark.parametrize(
    ("credential", "fields"),
    [
        (SESSION, {"credentials_epoch": 1}),
        (Credential("token", "f1", "alf"), {"credentials_epoch": 1}),
        (Credential("key", "k1", "alf"), {"keys_epoch": 1}),
        (SESSION, {"active": False}),
    ],
)
async def test_an_event_that_ends_the_credential_closes_the_stream(
    hub: LiveHub, credential: Credential, fields: dict[str, object]
) -> None:
    stream = hub.join(credential)
    hub.publish(user_changed("alf", **fields))
    assert stream.closed


async def test_a_new_password_closes_no_stream_of_a_key_or_of_the_session_that_goes_on(hub: LiveHub) -> None:
    streams = [hub.join(Credential("key", "k1", "alf")), hub.join(Credential("session", "5e", "alf", epoch=1))]
    hub.publish(user_changed("alf", credentials_epoch=1))
    assert [stream.closed for stream in streams] == [False, False]


async def test_an_event_of_an_earlier_release_lets_nothing_in_again(hub: LiveHub, people: FakePeople) -> None:
    people.directory.put_user(person("alf", credentials_epoch=1, keys_epoch=1))
    hub.publish(user_changed("alf", language="de"))
    alf = people.directory.user("alf")
    assert alf
    assert (alf.language, alf.credentials_epoch, alf.keys_epoch) == ("de", 1, 1)


async def test_a_credential_that_has_ended_opens_no_stream(hub: LiveHub, people: FakePeople) -> None:
    people.directory.put_user(person("alf", credentials_epoch=1))
    assert hub.join(SESSION).closed


async def test_the_watch_closes_what_somebody_ended_on_another_gateway(hub: LiveHub) -> None:
    ended, others = hub.join(SESSION), [hub.join(KEY), hub.join(Credential("token", "f1", "rita"))]

    async def still_valid(credentials: Collection[Credential]) -> set[Credential]:
        return set(credentials) - {SESSION}

    await StreamWatch(hub, still_valid).check()
    assert ended.closed
    assert not any(stream.closed for stream in others)
