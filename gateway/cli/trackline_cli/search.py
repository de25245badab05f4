"""trackline search"""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from trackline_cli.access import LOCAL, Account, Email, Token, Url, account, console, progress_bar, run, signed_in
from trackline_cli.api import Api, Json

PAUSE = 0.5
PATH = "/api/v1/search"
# 128 and the number of SIGINT, as shells have it.
INTERRUPTED = 130
PHASES = {
    "filling": "Filling the new index",
    "waiting": "Waiting for the replay of the tickets",
    "swapping": "Putting it in place",
    "removing": "Removing the old index",
    "comparing": "Comparing",
    "forgetting": "Emptying the tickets' documents",
    "replaying": "Waiting for the tickets' events",
    "done": "Done",
}
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only count what differs.")]

app = typer.Typer(no_args_is_help=True, help="The search index: how it is, and its upkeep. Takes an administrator.")


@app.command()
def status(url: Url = LOCAL, token: Token = None, email: Email = None) -> None:
    """How far the index is behind, and the latest work on it."""
    found = run(_status(account(url, token, email)))
    answers = "MongoDB answers, since Elasticsearch does not" if found["degraded"] else "Elasticsearch answers"
    console.print(
        f"{answers}. {found['documents']:,} documents, {found['dirty']:,} not in the index yet,"
        f" the oldest for {found['lag_seconds']:.0f} s."
    )
    for job in found["jobs"]:
        console.print(_told(job))


@app.command()
def rebuild(url: Url = LOCAL, token: Token = None, email: Email = None) -> None:
    """Build the index anew, beside the one that answers meanwhile. A repeat shows the one that is under way."""
    _follow("rebuild", {}, account(url, token, email))


@app.command()
def reconcile(url: Url = LOCAL, token: Token = None, email: Email = None, dry_run: DryRun = False) -> None:
    """Compare the index with the documents in MongoDB, and mend what differs."""
    _follow("reconcile", {"dry_run": dry_run}, account(url, token, email))


@app.command()
def replay(url: Url = LOCAL, token: Token = None, email: Email = None) -> None:
    """Build the tickets' documents anew from their log."""
    _follow("replay", {}, account(url, token, email))


def _follow(kind: str, body: Json, who: Account) -> None:
    try:
        console.print(_told(run(_followed(kind, body, who))))
    except KeyboardInterrupt:
        console.print(f"It goes on without you. See how far: trackline search status, or trackline search {kind}.")
        raise typer.Exit(INTERRUPTED) from None


async def _followed(kind: str, body: Json, who: Account) -> Json:
    async with signed_in(who) as api:
        with progress_bar() as progress:
            job = await api.post(f"{PATH}/{kind}", body)
            bar = progress.add_task(PHASES[job["phase"]], total=None)
            while True:
                named = PHASES.get(job["phase"], job["phase"])
                progress.update(bar, description=named, completed=job["documents"], total=job["total"])
                if job["finished_at"]:
                    return job
                await asyncio.sleep(PAUSE)
                job = await _latest(api, kind)


async def _latest(api: Api, kind: str) -> Json:
    jobs: list[Json] = (await api.get(f"{PATH}/status"))["jobs"]
    return next(job for job in jobs if job["kind"] == kind)


async def _status(who: Account) -> Json:
    async with signed_in(who) as api:
        return await api.get(f"{PATH}/status")


def _told(job: Json) -> str:
    started = datetime.fromisoformat(job["started_at"])
    if not job["finished_at"]:
        seconds = (datetime.now(UTC) - started).total_seconds()
        how_far = f"{PHASES.get(job['phase'], job['phase'])}, {job['documents']:,} of {job['total']:,}"
        return f"{job['kind']}: {how_far}, for {seconds:.0f} s."
    seconds = (datetime.fromisoformat(job["finished_at"]) - started).total_seconds()
    return f"{job['kind']}: {_outcome(job)}, at {started:%Y-%m-%d %H:%M} UTC in {seconds:.0f} s."


def _outcome(job: Json) -> str:
    documents = f"{job['documents']:,} documents"
    if job["kind"] == "rebuild":
        return f"a new index of {documents}"
    if job["kind"] == "replay":
        return f"{documents} anew from the log"
    found = f"{job['missing']:,} missing, {job['stale']:,} stale, {job['orphaned']:,} orphaned"
    mended = ", as a dry run" if job["dry_run"] else ", which are mended" if _differs(job) else ""
    return f"{documents} compared: {found}{mended}"


def _differs(job: Json) -> int:
    return int(job["missing"] + job["stale"] + job["orphaned"])
