"""The limit to compare with: FastAPI and Motor, one validated body, one insert, nothing else."""

import os
from typing import Any
from uuid import uuid4

import uvicorn
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase

from trackline_schemas.tickets import CreateTicket

app = FastAPI()
database: AsyncIOMotorDatabase[dict[str, Any]] = AsyncIOMotorClient(os.environ["TRACKLINE_TEST_MONGODB_URL"])[
    "bench_bare"
]


@app.post("/tickets", status_code=201)
async def create(command: CreateTicket) -> dict[str, str]:
    key = uuid4().hex
    await database.tickets.insert_one({"_id": key, **command.model_dump()})
    return {"id": key, "title": command.title}


@app.get("/livez")
async def livez() -> dict[str, str]:
    return {}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), access_log=False, log_level="warning")
