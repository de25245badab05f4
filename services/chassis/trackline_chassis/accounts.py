"""Gives each process an account of its own on RabbitMQ, MongoDB and Elasticsearch:

    python -m trackline_chassis.accounts [--every SECONDS]

It signs in as the administrator of each server. A repetition sets passwords and rights again, so that a new password
takes effect with the next run. With --every it repeats that for ever, for servers that lose their data.
"""

import argparse
import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit
from urllib.request import Request, urlopen

import orjson
import structlog
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from trackline_chassis import telemetry
from trackline_chassis.amqp import BROKER_DOWN, connect, declare_topology
from trackline_chassis.settings import ChassisSettings
from trackline_schemas import topology

log = structlog.get_logger()

SERVER_DOWN: tuple[type[Exception], ...] = (*BROKER_DOWN, PyMongoError, OSError)
WAIT_SECONDS = 180
RPC_EXCHANGE = "nameko-rpc"
USER_EXISTS = 51003
# Each process consumes the queue <name>.events.
PROCESSES = tuple(queue.removesuffix(".events") for queue in topology.CONSUMERS)
# What only the gateway reads: answers to its calls, its live events (a queue that RabbitMQ names), and dead letters.
OF_GATEWAY = (r"rpc\.reply-gateway-.*", r"amq\.gen-.*", re.escape(topology.DEAD_LETTERS))


class AccountSettings(ChassisSettings):
    """The URLs sign in as administrators. The fields <process>_password are those of the accounts."""

    amqp_management_url: str = "http://guest:guest@127.0.0.1:15672"
    elasticsearch_url: str | None = None
    index_prefix: str = "trackline"
    tickets_password: SecretStr
    notifications_password: SecretStr
    knowledge_password: SecretStr
    analytics_password: SecretStr
    gateway_password: SecretStr

    def password(self, process: str) -> str:
        given: SecretStr = getattr(self, f"{process}_password")
        return given.get_secret_value()


def ensure(settings: AccountSettings, wait_seconds: float = WAIT_SECONDS) -> None:
    """Waits for each server. Raises the last error of one that does not answer in time or refuses."""
    end = time.monotonic() + wait_seconds
    for server in (set_rabbitmq, set_mongodb, set_elasticsearch):
        _until_done(server, settings, end)


def _until_done(step: Callable[[AccountSettings], None], settings: AccountSettings, end: float) -> None:
    while True:
        try:
            return step(settings)
        except SERVER_DOWN as error:
            if time.monotonic() > end:
                raise
            log.warning("could not set accounts; retrying in 1 s", step=step.__name__, error=str(error)[:300])
            time.sleep(1)


def set_rabbitmq(settings: AccountSettings) -> None:
    """Declares the topology too. RabbitMQ lets a process declare a queue that exists, but create only what it may
    read, because messages can leave a new queue as dead letters."""
    where = urlsplit(settings.amqp_management_url)
    vhost = quote(unquote(urlsplit(settings.amqp_url).path[1:]) or "/", safe="")
    for process in PROCESSES:
        _put(where, f"/api/users/{process}", {"password": settings.password(process), "tags": ""})
        _put(where, f"/api/permissions/{vhost}/{process}", permissions(process))
    with connect(settings.amqp_url) as connection:
        declare_topology(connection.channel())


def permissions(process: str) -> dict[str, str]:
    """Returns the patterns of what a process may declare, publish to and consume. Each declares the whole topology, and
    binding a queue to an exchange takes the right to read the exchange."""
    shared = [RPC_EXCHANGE, topology.EXCHANGE, *topology.RETRY_QUEUES]
    own = OF_GATEWAY if process == "gateway" else (f"rpc-{process}",)
    everything = [*_names(shared), *_names(queue.name for queue in topology.queues()), *own]
    return {
        "configure": _pattern(everything),
        # Replays, retries and dead letters go through the default exchange.
        "write": _pattern([*everything, r"amq\.default"]),
        "read": _pattern([*_names([*shared, f"{process}.events"]), *own]),
    }


def _names(names: Iterable[str]) -> list[str]:
    return [re.escape(name) for name in names]


def _pattern(alternatives: Iterable[str]) -> str:
    return f"^({'|'.join(dict.fromkeys(alternatives))})$"


def set_mongodb(settings: AccountSettings) -> None:
    with MongoClient[dict[str, Any]](settings.mongodb_url, serverSelectionTimeoutMS=2000) as client:
        _initiate(client)
        for process in PROCESSES:
            rights = [{"role": "readWrite", "db": f"{settings.database_prefix}_{process}"}]
            account: dict[str, Any] = {"pwd": settings.password(process), "roles": rights}
            try:
                client.admin.command("createUser", process, **account)
            except OperationFailure as error:
                if error.code != USER_EXISTS:
                    raise
                client.admin.command("updateUser", process, **account)


def _initiate(client: MongoClient[dict[str, Any]]) -> None:
    """Makes a server that was started as a member of a replica set its only member, unless it is in one already."""
    if client.admin.command("hello").get("isreplicaset"):
        name = client.admin.command("getCmdLineOpts")["parsed"]["replication"]["replSet"]
        ((host, port),) = client.nodes
        client.admin.command("replSetInitiate", {"_id": name, "members": [{"_id": 0, "host": f"{host}:{port}"}]})


def set_elasticsearch(settings: AccountSettings) -> None:
    """Only knowledge uses it."""
    if settings.elasticsearch_url:
        where = urlsplit(settings.elasticsearch_url)
        own = {"names": [f"{settings.index_prefix}-*"], "privileges": ["all"]}
        _put(where, "/_security/role/trackline", {"cluster": ["monitor"], "indices": [own]})
        account = {"password": settings.password("knowledge"), "roles": ["trackline"]}
        _put(where, "/_security/user/knowledge", account)


def _put(where: SplitResult, path: str, body: Any) -> None:
    """Raises HTTPError, an OSError, for a refusal."""
    host = where.netloc.rpartition("@")[2]
    login = b64encode(f"{unquote(where.username or '')}:{unquote(where.password or '')}".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {login}"}
    request = Request(f"{where.scheme}://{host}{path}", orjson.dumps(body), headers, method="PUT")  # noqa: S310
    with urlopen(request, timeout=10):  # noqa: S310 (the operator chooses the address)
        pass


def main() -> None:
    parser = argparse.ArgumentParser(prog="accounts", description=__doc__)
    parser.add_argument("--every", type=float, metavar="SECONDS", help="repeat this for ever")
    every = parser.parse_args().every
    settings = AccountSettings()
    telemetry.configure("accounts", settings.log_level)
    ensure(settings)
    log.info("every process has its account")
    while every:
        time.sleep(every)
        ensure(settings)


if __name__ == "__main__":
    main()
