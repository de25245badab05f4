"""The command line. Each command is in the module that is registered for it here."""

from importlib.metadata import version
from typing import Annotated

import typer

from trackline_cli import removing, search, servicenow_log, tickets_csv
from trackline_cli.demo import command as demo

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Trackline from the command line.")
imports = typer.Typer(no_args_is_help=True, help="Import data from other systems, and remove it again.")
app.add_typer(imports, name="import")
app.add_typer(search.app, name="search")
imports.command("tickets-csv")(tickets_csv.command)
imports.command("servicenow-log")(servicenow_log.command)
imports.command("remove")(removing.command)
app.command("demo")(demo.command)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"trackline {version('trackline-cli')}")
        raise typer.Exit


@app.callback()
def trackline(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Trackline from the command line."""
