"""The organisation: what it sets for new people, its versions and events, and the skipped steps of setting up."""

import asyncio
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import orjson
import pytest

from gateway.kit.mongo import Document
from gateway.kit.settings import Settings
from gateway.kit.system_context import system_context
from gateway.people.adapters.organisation import MongoOrganisation
from gateway.people.adapters.outbox import Outbox
from gateway.people.adapters.records import records_of
from gateway.people.adapters.store import Store
from gateway.people.directory import Directory
from gateway.people.models import UpdateOrganisation, UpdateSetup
from gateway.people.usecases import organisation
from gateway.people.usecases.organisation import KEY, KIND
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import ORGANISATION_CHANGED

from .conftest import Gateway, eventually
from .fakes import Bus

Headers = dict[str, str]


def fresh() -> CallContext:
    """Returns the context of a new command."""
    return system_context("organisation.update", uuid4().hex)


def gateway_over(store: Store, settings: Settings) -> Any:
    """Returns the ports that the organisation needs, as one of several gateways has them."""
    nothing: Any = None
    return SimpleNamespace(
        directory=Directory(nothing, nothing),
        records={KIND.name: records_of(KIND, Outbox(store.organisation, store.log, Bus(), settings))},
        organisation=MongoOrganisation(store.organisation, KEY),
    )


async def test_new_people_get_the_language_and_time_zone_of_the_organisation(gateway: Gateway, admin: Headers) -> None:
    command = UpdateOrganisation(name="Harbour", language="de", time_zone="Europe/Berlin")
    await organisation.update(gateway.people, command, None, fresh())
    silent = await gateway.make_user(admin)
    other = await gateway.make_user(admin, language="en", time_zone="UTC")
    assert (silent["language"], silent["time_zone"]) == ("de", "Europe/Berlin")
    assert (other["language"], other["time_zone"]) == ("en", "UTC")


async def test_a_stale_version_is_refused_and_the_first_version_is_zero(store: Store, settings: Settings) -> None:
    one, two = gateway_over(store, settings), gateway_over(store, settings)
    assert ((await organisation.refresh(one)).version, one.directory.organisation.site) == (0, "Trackline")
    assert (await organisation.update(one, UpdateOrganisation(name="Harbour"), 0, fresh())).version == 1
    for stale in (0, 7):
        with pytest.raises(ServiceError, match="meanwhile"):
            await organisation.update(two, UpdateOrganisation(name="Port"), stale, fresh())
    assert ((await organisation.refresh(two)).name, two.directory.organisation.site) == ("Harbour", "Harbour")


async def test_every_change_is_an_event_with_the_whole_state_and_a_repeat_is_none(
    store: Store, settings: Settings
) -> None:
    bus, ports = Bus(), gateway_over(store, settings)
    outbox = Outbox(store.organisation, store.log, bus, settings)
    for command in (UpdateOrganisation(name="Harbour", language="de"), UpdateOrganisation(time_zone="Europe/Berlin")):
        await organisation.update(ports, command, None, fresh())
        await organisation.update(ports, command, None, fresh())
    await outbox.sweep()
    first, second = (orjson.loads(sent.body) for sent in bus.sent)
    assert (first["type"], first["id"]) == (ORGANISATION_CHANGED, "organisation:00000001")
    assert first["data"] == {"name": "Harbour", "language": "de", "time_zone": "UTC"}
    assert (second["sequence"], second["data"]) == (2, {**first["data"], "time_zone": "Europe/Berlin"})


class SlowOrganisation(MongoOrganisation):
    """The first read has its answer at once and returns it only when `released` is set."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.read, self.released = asyncio.Event(), asyncio.Event()

    async def find(self) -> Document | None:
        found = await super().find()
        if not self.read.is_set():
            self.read.set()
            await self.released.wait()
        return found


@pytest.mark.parametrize(
    "change",
    [
        lambda ports: organisation.update(ports, UpdateOrganisation(name="Harbour"), None, fresh()),
        lambda ports: organisation.note_setup(ports, UpdateSetup(skip="mail")),
    ],
    ids=["update", "skip"],
)
async def test_a_read_that_began_before_a_change_does_not_take_it_back(
    change: Callable[[Any], Coroutine[Any, Any, object]], store: Store, settings: Settings
) -> None:
    ports = gateway_over(store, settings)
    ports.organisation = SlowOrganisation(store.organisation, KEY)
    early = asyncio.create_task(organisation.refresh(ports))
    await ports.organisation.read.wait()
    changing = asyncio.create_task(change(ports))
    await eventually(lambda: store.organisation.find_one({"$or": [{"name": "Harbour"}, {"skipped": "mail"}]}))
    # The change goes on for as long as nothing holds it up.
    await asyncio.sleep(0.1)
    ports.organisation.released.set()
    await asyncio.gather(early, changing)
    known = ports.directory.organisation
    assert known.name == "Harbour" or known.skipped == ["mail"]


async def test_skipped_steps_are_kept(store: Store, settings: Settings) -> None:
    one = gateway_over(store, settings)
    await organisation.note_setup(one, UpdateSetup(skip="mail"))
    await organisation.note_setup(one, UpdateSetup(skip="mail", dismissed=True))
    again = await organisation.refresh(gateway_over(store, settings))
    assert (again.skipped, again.dismissed, again.version) == (["mail"], True, 0)
    assert (await organisation.update(one, UpdateOrganisation(name="Harbour"), 0, fresh())).version == 1
