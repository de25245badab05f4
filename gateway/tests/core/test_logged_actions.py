"""The security log tells of each action of an administrator, so that none is forgotten."""

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pytest
from fastapi import Request

from gateway.actions import mail, organisation, people, projections, records, teams, tickets
from gateway.actions.security_log import note_refusal
from gateway.people.models import OrganisationView, TeamView, UpdateOrganisation, UpdateTeam, UpdateUser, UserView
from gateway.people.usecases import organisation as organisation_usecase
from gateway.people.usecases import team as team_usecase
from gateway.people.usecases import user as user_usecase
from trackline_schemas.base import now
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.notifications import UpdateMailSettings
from trackline_schemas.records.kinds.category import KIND as CATEGORY
from trackline_schemas.records.kinds.mail_settings import KIND as MAIL

from . import test_action_rights as rights
from .gateways import World

# Action → the function that writes the entry.
LOGGED: Mapping[str, str] = {
    "api_keys.create": "api_key_created",
    "api_keys.revoke": "api_key_revoked",
    "health.settle": "_SETTLED",
    "mail.update": "write_settings",
    "organisation.update": "write_settings",
    "people.create": "account_created",
    "people.invite": "invitation_sent",
    "people.set_password": "password_set",
    "people.update": "write_changes",
    "people_imports.start": "accounts_imported",
    "people_imports.export_unfinished": "write_export",
    "projections.rebuild_index": "projection_rebuilt",
    "projections.rebuild_measures": "projection_rebuilt",
    "projections.reconcile_index": "projection_rebuilt",
    "projections.replay_documents": "projection_rebuilt",
    "records.create": "write_settings",
    "records.update": "write_settings",
    "security_log.export": "write_export",
    "teams.create": "write_settings",
    "teams.update": "write_settings",
    "tickets.import_ticket": "tickets_imported",
    "tickets.purge": "tickets_purged",
}
# These call an action of LOGGED.
DELEGATED = {"audit.restore", "people.update_profile", "teams.set_role"}
# Drafts of an import, which do nothing before its start; a test mail to oneself; the steps of the set-up that are
# hidden; and the work of agents, which the history of the ticket or article tells.
NOT_LOGGED = {
    "articles.create",
    "articles.restore",
    "articles.update",
    "mail.send_test",
    "organisation.update_setup",
    "people_imports.create",
    "people_imports.update",
    "tickets.create",
    "tickets.update",
    "undo.take_back",
}
READS = {
    "audit.changes",
    "audit.find",
    "health.collect",
    "mailbox.list_mails",
    "mailbox.read_mail",
    "records.used_by",
    "security_log.entries",
}
MAIL_SETTINGS = {
    "server": "smtp://mail.example.org",
    "has_password": True,
    "server_own": True,
    "mail_from": "a@example.org",
    "mail_from_own": True,
}


def test_every_action_is_logged_or_listed_with_its_reason() -> None:
    listed = [*LOGGED, *DELEGATED, *NOT_LOGGED, *READS]
    assert sorted(listed) == sorted([*rights.KEPT_HERE, *rights.KEPT_BY_SERVICES])


@pytest.mark.parametrize("name", LOGGED)
def test_the_action_writes_its_entry(name: str) -> None:
    module, function = name.split(".")
    assert LOGGED[name] in inspect.getsource(getattr(import_module(f"gateway.actions.{module}"), function))


async def entries_of(gateway: World, action: Any) -> list[tuple[str, str | None, dict[str, Any]]]:
    log = gateway.people.security_log
    log.entries.clear()
    await action(gateway.app.state.parts, rights.caller_of(gateway, "anna"))
    return [(one.event, one.actor_id, dict(one.detail)) for one in log.entries]


async def test_changes_of_the_configuration(gateway: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entries name fields. A value could be a secret, as in the address of a mail server."""
    team = TeamView(
        id="desk", name="Desk", confidential=False, active=True, version=2, created_at=now(), updated_at=now()
    )

    async def changed(view: Any) -> Any:
        return view

    monkeypatch.setattr(organisation_usecase, "update", lambda *_: changed(OrganisationView(version=2)))
    monkeypatch.setattr(team_usecase, "update", lambda *_: changed(team))
    gateway.rpc.answers["notifications.update_mail_settings"] = MAIL_SETTINGS
    gateway.rpc.answers["notifications.update_record"] = MAIL_SETTINGS | {"id": "mail", "version": 2, "server": None}
    mailed = UpdateMailSettings(smtp_url="smtp://user:s3cret@evil.example", mail_from="a@example.org")
    named, retired = CATEGORY.create(name="N"), CATEGORY.update(active=False)
    sender = MAIL.update(mail_from="a@example.org")
    changes: list[rights.Action] = [
        lambda parts, caller: organisation.update(parts, caller, UpdateOrganisation(name="N")),
        lambda parts, caller: teams.update(parts, caller, "desk", UpdateTeam(active=False)),
        lambda parts, caller: mail.update(parts, caller, mailed),
        lambda parts, caller: records.update(parts, caller, MAIL, "mail", sender),
        lambda parts, caller: records.create(parts, caller, CATEGORY, named),
        lambda parts, caller: records.update(parts, caller, CATEGORY, "c1", retired),
        lambda parts, caller: organisation.update(parts, caller, UpdateOrganisation()),
    ]
    told = [entry for change in changes for entry in await entries_of(gateway, change)]
    assert told == [
        ("settings_changed", "anna", detail)
        for detail in (
            {"kind": "organisation", "fields": ["name"]},
            {"kind": "team", "fields": ["active"], "team": "Desk"},
            {"kind": "mail_settings", "fields": ["mail_from", "smtp_url"]},
            {"kind": "mail_settings", "fields": ["mail_from"], "record_id": "mail"},
            {"kind": "category", "fields": ["name"]},
            {"kind": "category", "fields": ["active"], "record_id": "c1"},
        )
    ]


async def test_rebuilds(gateway: World) -> None:
    told = [
        *await entries_of(gateway, projections.rebuild_index),
        *await entries_of(gateway, lambda parts, caller: projections.reconcile_index(parts, caller, dry_run=True)),
        *await entries_of(gateway, projections.replay_documents),
        *await entries_of(gateway, projections.rebuild_measures),
    ]
    assert [(event, detail.pop("of"), detail) for event, _, detail in told] == [
        ("projection_rebuilt", "search_index", {}),
        ("projection_rebuilt", "search_differences", {"dry_run": True}),
        ("projection_rebuilt", "search_documents", {}),
        ("projection_rebuilt", "measures", {}),
    ]


async def test_an_import_of_tickets(gateway: World) -> None:
    gateway.rpc.answers["tickets.import_ticket"] = {"id": "t1", "number": "INC-1", "version": 1, "added": 1}
    told = await entries_of(gateway, lambda parts, caller: tickets.import_ticket(parts, caller, rights.IMPORT))
    assert told == [("tickets_imported", "anna", {"source": "old"})]


async def test_an_account_that_somebody_else_changes(gateway: World, monkeypatch: pytest.MonkeyPatch) -> None:
    after = UserView(
        id="rita",
        version=2,
        name="R",
        email="r@example.org",
        emails=["r@example.org"],
        active=True,
        admin=False,
        has_password=True,
        language="en",
        time_zone="UTC",
        created_at=now(),
        updated_at=now(),
    )

    async def update(*_: Any) -> UserView:
        return after

    monkeypatch.setattr(user_usecase, "update", update)
    command = UpdateUser(name="R", successor_id="alf")
    told = await entries_of(gateway, lambda parts, caller: people.update(parts, caller, "rita", command))
    assert told == [("account_changed", "anna", {"fields": ["name", "successor_id"]})]
    assert (
        await entries_of(gateway, lambda parts, caller: people.update(parts, caller, "anna", UpdateUser(phone="1")))
        == []
    )


@pytest.mark.parametrize(("answered", "entries"), [(False, ["access"]), (True, [])])
async def test_the_question_after_a_wrong_password_is_no_refusal(
    gateway: World, answered: bool, entries: list[str]
) -> None:
    """The wrong password is an entry already."""
    wrong = refuse(reasons.people.PRESENT_PASSWORD_WRONG, pointer="/password")
    state = {"not_confirmed": wrong} if answered else {}
    request = Request({"type": "http", "app": gateway.app, "method": "POST", "path": "/x", "state": state})
    note_refusal(request, refuse(reasons.access.PASSWORD_NEEDED_AGAIN, minutes=15))
    assert [one.event for one in gateway.people.security_log.entries] == entries
