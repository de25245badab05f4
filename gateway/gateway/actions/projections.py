"""Rebuilds projections: the search index, the search documents of tickets, the analytics measures."""

from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.clients.writes import projections as writes
from trackline_schemas.search import SearchJob


async def rebuild_index(parts: Parts, caller: Caller) -> SearchJob:
    return await writes.rebuild_index(parts.rpc, caller.writing("search.rebuild"))


async def reconcile_index(parts: Parts, caller: Caller, *, dry_run: bool) -> SearchJob:
    return await writes.reconcile_index(parts.rpc, caller.writing("search.reconcile"), dry_run=dry_run)


async def replay_documents(parts: Parts, caller: Caller) -> SearchJob:
    return await writes.replay_documents(parts.rpc, caller.writing("search.replay"))


async def rebuild_measures(parts: Parts, caller: Caller) -> str:
    """Returns the id of the job."""
    return await writes.rebuild_measures(parts.rpc, caller.writing("analytics.rebuild"))
