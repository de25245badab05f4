"""What the organisation says of people who come in without."""

import pytest

from gateway.mongo import Database
from gateway.people.models import UpdateOrganisation, UpdateSetup
from gateway.people.organisation import Organisations
from trackline_schemas.errors import ServiceError

from .conftest import Gateway

Headers = dict[str, str]


async def test_people_who_say_nothing_speak_as_the_organisation_does(gateway: Gateway, admin: Headers) -> None:
    command = UpdateOrganisation(name="Harbour", language="de", time_zone="Europe/Berlin")
    await gateway.people.organisation.update(command, None)
    silent = await gateway.make_user(admin)
    other = await gateway.make_user(admin, language="en", time_zone="UTC")
    assert (silent["language"], silent["time_zone"]) == ("de", "Europe/Berlin")
    assert (other["language"], other["time_zone"]) == ("en", "UTC")


async def test_a_stale_version_is_refused_and_the_first_is_zero(database: Database) -> None:
    one, two = Organisations(database["organisation"]), Organisations(database["organisation"])
    assert (await one.refresh()).version == 0
    assert (await one.update(UpdateOrganisation(name="Harbour"), 0)).version == 1
    for stale in (0, 7):
        with pytest.raises(ServiceError, match="meanwhile"):
            await two.update(UpdateOrganisation(name="Port"), stale)
    assert two.current.name == "Harbour"


async def test_what_was_passed_over_is_kept(database: Database) -> None:
    one = Organisations(database["organisation"])
    await one.note(UpdateSetup(skip="mail"))
    await one.note(UpdateSetup(skip="mail", dismissed=True))
    again = await Organisations(database["organisation"]).refresh()
    assert (again.skipped, again.dismissed, again.version) == (["mail"], True, 0)
    assert (await one.update(UpdateOrganisation(name="Harbour"), 0)).version == 1
