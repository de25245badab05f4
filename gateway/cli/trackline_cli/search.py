"""trackline search"""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from trackline_cli.access import LOCAL, Account, Email, Token, Url, console, open_api, progress_bar, read_account, run
from trackline_cli.api import Api, Json

PAUSE = 0.5
PATH = "/api/v1/search"
# the exit code that shells use: 128 plus the number of SIGINT
INTERRUPTED = 130
PHASES = {
    "filling": "Filling the new index",
    "waiting": "Waiting for the replay of the tickets",
    "swapping": "Switching to the new index",
    "removing": "Removing the old index",
    "comparing": "Comparing",
    "forgetting": "Deleting the tickets' documents",
    "replaying": "Waiting for the tickets' events",
    "done": "Done",
}
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only count what differs.")]

app = typer.Typer(no_args_is_help=True, help="Show and maintain the search index. Requires an administrator.")


@app.command()
def status(url: Url = LOCAL, token: Token = None, email: Email = None) -> None:
    """Show how far the index is behind, and its latest jobs."""
    found = run(_status(read_account(url, token, email)))
    answers = "MongoDB answers, since Elasticsearch does not" if found["degraded"] else "Elasticsearch answers"
    console.print(
        f"{answers}. {found['documents']:,} documents, {found['dirty']:,} not in the index yet,"
        f" the oldest for {found['lag_seconds']:.0f} s."
    )
    for job in found["jobs"]:
        console.print(_describe(job))


@app.command()
def rebuild(url: Url = LOCAL, token: Token = None, email: Email = None) -> None:
    """Build a new index, while the old one goes on answering. If a rebuild is running, follow that one."""
    _follow("rebuild", {}, read_account(url, token, email))


@app.command()
def reconcile(url: Url = LOCAL, token: Token = None, email: Email = None, dry_run: DryRun = False) -> None:
    """Compare the index with the documents in MongoDB, and repair the differences."""
    _follow("reconcile", {"dry_run": dry_run}, read_account(url, token, email))


@app.command()
def replay(url: Url = LOCAL, token: Token = None, email: Email = None) -> None:
    """Rebuild the tickets' documents from their log."""
    _follow("replay", {}, read_account(url, token, email))


def _follow(kind: str, body: Json, account: Account) -> None:
    try:
        console.print(_describe(run(_run_job(kind, body, account))))
    except KeyboardInterrupt:
        console.print(f"The job goes on. Follow it by: trackline search status, or trackline search {kind}.")
        raise typer.Exit(INTERRUPTED) from None


async def _run_job(kind: str, body: Json, account: Account) -> Json:
    """Starts a job and shows its progress. Returns the job when it has finished."""
    async with open_api(account) as api:
        with progress_bar() as progress:
            job = await api.post(f"{PATH}/{kind}", body)
            bar = progress.add_task(PHASES[job["phase"]], total=None)
            while True:
                named = PHASES.get(job["phase"], job["phase"])
                progress.update(bar, description=named, completed=job["documents"], total=job["total"])
                if job["finished_at"]:
                    return job
                await asyncio.sleep(PAUSE)
                job = await _get_latest(api, kind)


async def _get_latest(api: Api, kind: str) -> Json:
    jobs: list[Json] = (await api.get(f"{PATH}/status"))["jobs"]
    return next(job for job in jobs if job["kind"] == kind)


async def _status(account: Account) -> Json:
    async with open_api(account) as api:
        return await api.get(f"{PATH}/status")


def _describe(job: Json) -> str:
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
        return f"{documents} rebuilt from the log"
    found = f"{job['missing']:,} missing, {job['stale']:,} stale, {job['orphaned']:,} orphaned"
    repaired = ", in a dry run" if job["dry_run"] else ", all repaired" if _count_differences(job) else ""
    return f"{documents} compared: {found}{repaired}"


def _count_differences(job: Json) -> int:
    return int(job["missing"] + job["stale"] + job["orphaned"])
