"""The `trackline` command. It uses the HTTP API and nothing else of Trackline."""

from trackline_cli.commands import app

__all__ = ["main"]


def main() -> None:
    app()
