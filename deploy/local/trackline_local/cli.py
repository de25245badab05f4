"""`python -m trackline_local COMMAND`: the commands that the Makefile calls."""

import sys
from typing import Annotated

import typer

from trackline_local import assets, event_schemas, manifests, open_files, poisoned, suites, tools
from trackline_local import locks as image_locks
from trackline_local.run import run
from trackline_local.steps import Failure
from trackline_local.throwaway import run_with_servers

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.command("run")
def run_all() -> None:
    """Install what is missing, start everything, and stay until Ctrl-C."""
    run()


@app.command("with-servers")
def with_servers(
    command: Annotated[list[str], typer.Argument(help="The command and its arguments, after --.")],
    measured: Annotated[bool, typer.Option(help="Let the servers run as in `make run`, for benches.")] = False,
) -> None:
    """Run COMMAND with throw-away servers, whose addresses are in TRACKLINE_TEST_… of its environment."""
    raise typer.Exit(run_with_servers({command[0]: command}, measured=measured))


@app.command()
def test() -> None:
    """Run every test suite with throw-away servers."""
    raise typer.Exit(suites.run_all())


@app.command("poisoned")
def run_poisoned(
    tests: Annotated[list[str] | None, typer.Argument(help="Only these tests, as paths from the checkout.")] = None,
) -> None:
    """Run the suites beside another installation, with senseless settings, in another time zone and language."""
    raise typer.Exit(poisoned.run(tests or []))


@app.command()
def browser() -> None:
    """Install the programs for the browser tests and the pictures."""
    tools.chromium()


@app.command()
def install() -> None:
    """Install the programs of the three servers that are missing."""
    tools.rabbitmq()
    tools.mongod()
    tools.elasticsearch()


@app.command("assets")
def fetch_assets() -> None:
    """Fetch the portal's third-party scripts, styles, fonts and icons."""
    assets.prepare()


@app.command()
def locks() -> None:
    """Write the lock of each image from requirements.lock."""
    image_locks.write()


@app.command("manifests")
def check_manifests() -> None:
    """Check the images' locks, docker-compose.yml and the Kubernetes overlays."""
    manifests.check()


@app.command("check-schemas")
def check_schemas() -> None:
    """Compare the models of events with their stored JSON Schemas."""
    event_schemas.check()


@app.command("schemas")
def update_schemas(
    accept_breaking: Annotated[bool, typer.Option(help="Write breaking changes, too.")] = False,
) -> None:
    """Write the JSON Schemas of events from their models."""
    event_schemas.update(accept_breaking)


def main() -> int:
    open_files.allow_many()
    try:
        app()
    except (Failure, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0
