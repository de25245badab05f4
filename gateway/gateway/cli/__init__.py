"""The `trackline` command. It speaks the API and nothing else."""

from gateway.cli.commands import app

__all__ = ["main"]


def main() -> None:
    app()
