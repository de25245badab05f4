"""The limit of a search: a FastAPI application that only sends the service's queries to Elasticsearch.

The file BENCH_BODIES has them: words → body.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

BODIES: dict[str, Any] = json.loads(Path(os.environ["BENCH_BODIES"]).read_text())
ADDRESS = f"{os.environ['BENCH_ELASTICSEARCH_URL']}/{os.environ['BENCH_INDEX']}/_search"
client = httpx.AsyncClient(timeout=30)


@asynccontextmanager
async def connected(_: FastAPI) -> AsyncIterator[None]:
    yield
    await client.aclose()


app = FastAPI(lifespan=connected)


@app.get("/search")
async def search(q: str) -> list[dict[str, Any]]:
    answer = await client.post(ADDRESS, json=BODIES[q])
    answer.raise_for_status()
    return [{**row["_source"], "highlight": row.get("highlight")} for row in answer.json()["hits"]["hits"]]


@app.get("/livez")
async def livez() -> dict[str, str]:
    return {}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), access_log=False, log_level="warning")
