"""The three servers. Each listens on loopback and has its own folder and a port that stays the same across restarts."""

from collections.abc import Sequence

from trackline_local.servers.base import Server
from trackline_local.servers.elasticsearch import Elasticsearch
from trackline_local.servers.mongodb import MongoDB
from trackline_local.servers.rabbitmq import RabbitMQ

__all__ = ["Elasticsearch", "MongoDB", "RabbitMQ", "Server", "start_all", "stop_all"]


def start_all(servers: Sequence[Server]) -> None:
    """Starts the servers at the same time and returns when all answer. Stops all of them if one fails."""
    try:
        for server in servers:
            server.launch()
        for server in servers:
            server.wait_ready()
    except BaseException:
        stop_all(servers)
        raise


def stop_all(servers: Sequence[Server]) -> None:
    for server in servers:
        server.ask_to_stop()
    for server in servers:
        server.stop()
