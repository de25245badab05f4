"""The limits to compare with, in one FastAPI application: Motor's insert and find, and an empty RPC call."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import uvicorn
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pydantic import TypeAdapter

from gateway.bus.broker import Broker
from gateway.bus.rpc import RpcClient
from tickets.adapters.document import NOT_LISTED
from trackline_schemas.context import CallContext
from trackline_schemas.ticket.commands import CreateTicket
from trackline_schemas.ticket.views import TicketView

NOTHING: TypeAdapter[None] = TypeAdapter(None)
client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(os.environ["BENCH_MONGODB_URL"], tz_aware=True)
inserted: AsyncIOMotorDatabase[dict[str, Any]] = client["bench_bare"]
tickets = client[os.environ["BENCH_DATABASE"]]["tickets"]
rpc = RpcClient()


@asynccontextmanager
async def connected(_: FastAPI) -> AsyncIterator[None]:
    broker = Broker(os.environ["BENCH_AMQP_URL"])
    broker.add(rpc)
    broker.start()
    yield
    await broker.close()


app = FastAPI(lifespan=connected)


@app.post("/tickets", status_code=201)
async def create(command: CreateTicket) -> dict[str, str]:
    key = uuid4().hex
    await inserted.tickets.insert_one({"_id": key, **command.model_dump()})
    return {"id": key, "title": command.title}


@app.get("/tickets/{number}")
async def get(number: str) -> TicketView:
    return _view(await tickets.find_one({"number": number}, NOT_LISTED))


@app.get("/tickets")
async def newest() -> list[TicketView]:
    """Returns the newest 25 tickets, like the list of the API does by default."""
    found = tickets.find({}, NOT_LISTED).sort([("updated_at", -1), ("_id", -1)]).limit(25)
    return [_view(document) for document in await found.to_list(None)]


@app.get("/noop")
async def noop() -> None:
    await rpc.call("noop", "nothing", {}, CallContext(), NOTHING, read=True)


@app.get("/livez")
async def livez() -> dict[str, bool]:
    return {"rpc": rpc.up}


def _view(document: dict[str, Any] | None) -> TicketView:
    return TicketView.model_validate({**(document or {}), "id": (document or {}).get("_id")})


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), access_log=False, log_level="warning")
