"""`python -m trackline_local COMMAND`: what the Makefile calls."""

import sys
from typing import Annotated

import typer

from trackline_local.steps import Failure

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.command("with-servers")
def with_servers(
    command: Annotated[list[str], typer.Argument(help="The command and its arguments, after --.")],
) -> None:
    """Run COMMAND beside throw-away servers, told by TRACKLINE_TEST_… in its environment."""
    from trackline_local.throwaway import run_with_servers

    raise typer.Exit(run_with_servers(command))


@app.command()
def install() -> None:
    """Install the three servers' programs, where they are not there yet."""
    from trackline_local import tools

    tools.rabbitmq()
    tools.mongod()
    tools.elasticsearch()


@app.command("assets")
def fetch_assets() -> None:
    """Fetch the portal's third-party scripts, styles, fonts and icons."""
    from trackline_local import assets

    assets.prepare()


def main() -> int:
    try:
        app()
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    return 0
