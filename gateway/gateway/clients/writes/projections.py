"""Calls that rebuild projections: the search index, the search documents of tickets, the analytics measures."""

from pydantic import TypeAdapter

from gateway.bus.rpc import Rpc
from trackline_schemas.context import CallContext
from trackline_schemas.search import SearchJob

_SEARCH_JOB = TypeAdapter(SearchJob)
_JOB: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])


async def rebuild_index(rpc: Rpc, context: CallContext) -> SearchJob:
    return await rpc.call("knowledge", "rebuild", {}, context, _SEARCH_JOB, read=False)


async def reconcile_index(rpc: Rpc, context: CallContext, *, dry_run: bool) -> SearchJob:
    return await rpc.call("knowledge", "reconcile", {"dry_run": dry_run}, context, _SEARCH_JOB, read=False)


async def replay_documents(rpc: Rpc, context: CallContext) -> SearchJob:
    return await rpc.call("knowledge", "replay", {}, context, _SEARCH_JOB, read=False)


async def rebuild_measures(rpc: Rpc, context: CallContext) -> str:
    """Returns the id of the job."""
    return (await rpc.call("analytics", "rebuild", {}, context, _JOB, read=False))["job_id"]
