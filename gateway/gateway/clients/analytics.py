"""The analytics service."""

from pydantic import TypeAdapter

from gateway.rpc import Rpc
from trackline_schemas.analytics import Summary, SummaryQuery
from trackline_schemas.context import CallContext

_SUMMARY = TypeAdapter(Summary)
_JOB: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])


class AnalyticsClient:
    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc

    async def summary(self, context: CallContext, query: SummaryQuery) -> Summary:
        return await self._rpc.call("analytics", "summary", {"query": query}, context, _SUMMARY, read=True)

    async def rebuild(self, context: CallContext) -> str:
        """The id of the job."""
        return (await self._rpc.call("analytics", "rebuild", {}, context, _JOB, read=False))["job_id"]
