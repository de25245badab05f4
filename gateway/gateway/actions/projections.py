"""Rebuilds projections: the search index, the search documents of tickets, the analytics measures."""

from gateway.actions import security_log
from gateway.actions.caller import Caller
from gateway.actions.parts import Parts
from gateway.clients.writes import projections as writes
from trackline_schemas.search import SearchJob


async def rebuild_index(parts: Parts, caller: Caller) -> SearchJob:
    job = await writes.rebuild_index(parts.rpc, caller.writing("search.rebuild"))
    await security_log.write(parts, caller, "projection_rebuilt", of="search_index")
    return job


async def reconcile_index(parts: Parts, caller: Caller, *, dry_run: bool) -> SearchJob:
    job = await writes.reconcile_index(parts.rpc, caller.writing("search.reconcile"), dry_run=dry_run)
    await security_log.write(parts, caller, "projection_rebuilt", of="search_differences", dry_run=dry_run)
    return job


async def replay_documents(parts: Parts, caller: Caller) -> SearchJob:
    job = await writes.replay_documents(parts.rpc, caller.writing("search.replay"))
    await security_log.write(parts, caller, "projection_rebuilt", of="search_documents")
    return job


async def rebuild_measures(parts: Parts, caller: Caller) -> str:
    """Returns the id of the job."""
    job_id = await writes.rebuild_measures(parts.rpc, caller.writing("analytics.rebuild"))
    await security_log.write(parts, caller, "projection_rebuilt", of="measures")
    return job_id
