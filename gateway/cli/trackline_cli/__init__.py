"""The `trackline` command. It speaks the API and nothing else."""

from trackline_cli.commands import app

__all__ = ["main"]


def main() -> None:
    app()
