"""Every action decides by itself who may start it, so that a new entrance cannot forget the rule."""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from gateway import actions
from gateway.actions import (
    api_keys,
    articles,
    audit,
    bulk,
    health,
    mail,
    mailbox,
    organisation,
    people,
    people_imports,
    projections,
    records,
    security_log,
    teams,
    tickets,
    undo,
)
from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.kit.context import Origin
from gateway.kit.credential import Credential
from gateway.people.models import (
    CreateApiKey,
    CreatePeopleImport,
    CreateTeam,
    CreateUser,
    SetPassword,
    UpdateOrganisation,
    UpdatePeopleImport,
    UpdateSetup,
    UpdateTeam,
    UpdateUser,
)
from gateway.people.security import SecurityLogQuery
from trackline_schemas.articles import CreateArticle, RestoreArticle, UpdateArticle
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.imports import ImportTicket, PurgeTickets
from trackline_schemas.notifications import UpdateMailSettings
from trackline_schemas.records import ChangesQuery
from trackline_schemas.records.kinds.reply_template import KIND, CreateReplyTemplate, UpdateReplyTemplate
from trackline_schemas.ticket.commands import CreateTicket, TicketChanges, UpdateTicket

from .gateways import World

Action = Callable[[Parts, Caller], Awaitable[Any]]

ASSIGN = TicketChanges(assignee_id="rita")
IMPORT = ImportTicket.model_validate(
    {
        "source": "old",
        "external_ref": "1",
        "steps": [{"time": "2016-02-29T09:00:00Z", "changes": {"title": "t", "requester_id": "rita"}}],
    }
)

# What the gateway keeps itself. The action refuses.
KEPT_HERE: Mapping[str, Action] = {
    "api_keys.create": lambda parts, caller: api_keys.create(parts, caller, CreateApiKey(name="k", scope="admin")),
    "api_keys.revoke": lambda parts, caller: api_keys.revoke(parts, caller, "k1"),
    "audit.changes": lambda parts, caller: audit.changes(parts, caller, ChangesQuery()),
    "audit.find": lambda parts, caller: audit.find(parts, caller, "desk:00000002"),
    "audit.restore": lambda parts, caller: audit.restore(parts, caller, "desk:00000002", None),
    "health.collect": health.collect,
    "health.settle": lambda parts, caller: health.settle(parts, caller, "drop", None),
    "mailbox.list_mails": mailbox.list_mails,
    "mailbox.read_mail": lambda parts, caller: mailbox.read_mail(parts, caller, "m1"),
    "organisation.update": lambda parts, caller: organisation.update(parts, caller, UpdateOrganisation(name="N")),
    "organisation.update_setup": lambda parts, caller: organisation.update_setup(
        parts, caller, UpdateSetup(dismissed=True)
    ),
    "people.create": lambda parts, caller: people.create(
        parts, caller, CreateUser(name="Bea", emails=["bea@example.org"])
    ),
    "people.invite": lambda parts, caller: people.invite(parts, caller, "alf"),
    "people.set_password": lambda parts, caller: people.set_password(
        parts, caller, "anna", SetPassword.model_validate({"password": "long enough"})
    ),
    "people.update": lambda parts, caller: people.update(parts, caller, caller.person.id, UpdateUser(admin=True)),
    "people.update_profile": lambda parts, caller: people.update_profile(parts, caller, UpdateUser(admin=True)),
    "people_imports.create": lambda parts, caller: people_imports.create(
        parts, caller, CreatePeopleImport(csv="name,email\nBea,bea@example.org")
    ),
    "people_imports.start": lambda parts, caller: people_imports.start(parts, caller, "i1"),
    "people_imports.update": lambda parts, caller: people_imports.update(
        parts, caller, "i1", UpdatePeopleImport(invite=True)
    ),
    "people_imports.export_unfinished": lambda parts, caller: people_imports.export_unfinished(parts, caller, "i1"),
    "records.used_by": lambda parts, caller: records.used_by(parts, caller, "team", "desk"),
    "security_log.entries": lambda parts, caller: security_log.entries(parts, caller, SecurityLogQuery()),
    "security_log.export": lambda parts, caller: security_log.export(parts, caller, SecurityLogQuery()),
    "teams.create": lambda parts, caller: teams.create(parts, caller, CreateTeam(name="Network")),
    "teams.set_role": lambda parts, caller: teams.set_role(parts, caller, "desk", caller.person.id, "manage"),
    "teams.update": lambda parts, caller: teams.update(parts, caller, "desk", UpdateTeam(active=False)),
}
# What a service keeps. The service refuses, so the call must name the caller.
KEPT_BY_SERVICES: Mapping[str, Action] = {
    "articles.create": lambda parts, caller: articles.create(parts, caller, CreateArticle(title="t", body="b")),
    "articles.restore": lambda parts, caller: articles.restore(parts, caller, "KB-1", RestoreArticle(version=1)),
    "articles.update": lambda parts, caller: articles.update(parts, caller, "KB-1", UpdateArticle(title="t")),
    "mail.send_test": mail.send_test,
    "mail.update": lambda parts, caller: mail.update(parts, caller, UpdateMailSettings(smtp_url=None)),
    "projections.rebuild_index": projections.rebuild_index,
    "projections.rebuild_measures": projections.rebuild_measures,
    "projections.reconcile_index": lambda parts, caller: projections.reconcile_index(parts, caller, dry_run=False),
    "projections.replay_documents": projections.replay_documents,
    "records.create": lambda parts, caller: records.create(
        parts, caller, KIND, CreateReplyTemplate(name="n", text="t")
    ),
    "records.update": lambda parts, caller: records.update(parts, caller, KIND, "r1", UpdateReplyTemplate(name="n")),
    "tickets.create": lambda parts, caller: tickets.create(
        parts, caller, CreateTicket(title="t", description="d", requester_id="alf", channel="api")
    ),
    "tickets.import_ticket": lambda parts, caller: tickets.import_ticket(parts, caller, IMPORT),
    "tickets.purge": lambda parts, caller: tickets.purge(parts, caller, PurgeTickets(source="demo")),
    "tickets.update": lambda parts, caller: tickets.update(parts, caller, "INC-2", UpdateTicket(changes=ASSIGN)),
    "undo.take_back": lambda parts, caller: undo.take_back(parts, caller, "INC-2:1"),
}
# These send the same commands as `tickets.update` and report the refusals instead of raising them.
BULK: Mapping[str, Action] = {
    "bulk.take_back": lambda parts, caller: bulk.take_back(parts, caller, ["INC-2:1"]),
    "bulk.update": lambda parts, caller: bulk.update(parts, caller, [("INC-2", None)], ASSIGN),
}
# Everybody may do these, for themselves only.
ONES_OWN = {
    "confirmation.confirm",
    "files.upload",
    "inbox.mark_read",
    "people.change_password",
    "sessions.end_one",
    "sessions.end_others",
    "sign_in.end_session",
}
# These only write into the security log what the caller does.
NOTES = {f"security_log.{name}" for name in ("write", "write_changes", "write_export", "write_settings")}
# The password, link or token is the right.
WITHOUT_CALLER = {
    "people.ask_for_link",
    "people.choose_password",
    "people.judge_password_of_link",
    "sign_in.renew_tokens",
    "sign_in.revoke_tokens",
    "sign_in.start_session",
    "sign_in.start_session_by_link",
    "sign_in.start_tokens",
}
# These change nothing.
READS = {
    "articles.compare",
    "asking.narrow",
    "asking.understand",
    "audit.version_of",
    "bulk.list_undoable",
    "comparing.compare_articles",
    "confirmation.require_confirmed",
    "health.measure_queues",
    "identity.administrator",
    "identity.admit",
    "identity.caller",
    "identity.identify",
    "named.check_category",
    "named.check_exist",
    "named.check_named",
    "parts.get_parts",
    "people.judge_password",
    "searching.search",
    "setup.setup_state",
    "undo.list_undoable",
}


def all_actions() -> Iterator[str]:
    for found in iter_modules(actions.__path__):
        module = import_module(f"{actions.__name__}.{found.name}")
        for name, member in inspect.getmembers(module, inspect.iscoroutinefunction):
            if member.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{found.name}.{name}"


def test_every_action_is_in_one_of_the_tables() -> None:
    tables = (KEPT_HERE, KEPT_BY_SERVICES, BULK, ONES_OWN, NOTES, WITHOUT_CALLER, READS)
    named = [name for table in tables for name in table]
    assert sorted(named) == sorted(all_actions())


class RefusesAll(dict[str, ServiceError]):
    """Lets every call of a service fail."""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> ServiceError:
        return refuse(reasons.access.ADMINISTRATORS_ONLY)


def caller_of(world: World, who: str) -> Caller:
    person = world.people.directory.user(who)
    assert person
    return Caller(person, person.viewer, Origin("r1", None, 10.0), Credential("token", who, who))


@pytest.mark.parametrize(
    ("name", "who"),
    # Agents may create plain accounts.
    [(name, who) for name in KEPT_HERE for who in ("rita", "alf") if (name, who) != ("people.create", "alf")],
)
async def test_only_administrators_change_what_the_gateway_keeps(gateway: World, name: str, who: str) -> None:
    with pytest.raises(ServiceError) as refused:
        await KEPT_HERE[name](gateway.app.state.parts, caller_of(gateway, who))
    assert refused.value.code == "forbidden"
    assert gateway.rpc.calls == []


@pytest.mark.parametrize("name", KEPT_HERE)
async def test_an_api_key_of_an_administrator_with_less_scope_is_refused(gateway: World, name: str) -> None:
    anna = caller_of(gateway, "anna")
    limited = Caller(anna.person, anna.viewer.model_copy(update={"admin": False}), anna.origin, anna.credential)
    with pytest.raises(ServiceError) as refused:
        await KEPT_HERE[name](gateway.app.state.parts, limited)
    assert refused.value.code == "forbidden"


@pytest.mark.parametrize("name", KEPT_BY_SERVICES)
async def test_a_service_learns_who_calls_and_its_refusal_is_passed_on(gateway: World, name: str) -> None:
    gateway.rpc.failures = RefusesAll()
    rita = caller_of(gateway, "rita")
    with pytest.raises(ServiceError) as refused:
        await KEPT_BY_SERVICES[name](gateway.app.state.parts, rita)
    assert refused.value.code == "forbidden"
    assert gateway.rpc.calls
    assert all(context.viewer == rita.viewer for _, _, context in gateway.rpc.calls)


@pytest.mark.parametrize("name", BULK)
async def test_the_refusals_of_a_bulk_change_are_reported(gateway: World, name: str) -> None:
    gateway.rpc.failures = RefusesAll()
    done, refused = await BULK[name](gateway.app.state.parts, caller_of(gateway, "rita"))
    assert (done, [error.code for _, error in refused]) == ([], ["forbidden"])


async def test_an_agent_creates_no_account_with_rights_or_a_password(gateway: World) -> None:
    plain = {"name": "Bea", "emails": ["bea@example.org"]}
    for more in ({"admin": True}, {"teams": {"desk": "reply"}}, {"password": "long enough"}, {"active": False}):
        command = CreateUser.model_validate(plain | more)
        with pytest.raises(ServiceError) as refused:
            await people.create(gateway.app.state.parts, caller_of(gateway, "alf"), command)
        assert refused.value.code == "forbidden"
