from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from trackline_local import tools
from trackline_local.process import Process
from trackline_local.servers.base import Server

_NOT_YET_INITIATED = 94
_INVALID_REPLICA_SET_CONFIG = 93


class MongoDB(Server):
    """A replica set of one node, because the services write with the write concern majority."""

    name = "MongoDB"
    setting = "TRACKLINE_MONGODB_URL"

    def __init__(
        self, folder: Path, port: int | None = None, log: Path | None = None, cache_gigabytes: float = 0.5
    ) -> None:
        super().__init__(folder, port, log)
        self._cache = cache_gigabytes

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet=rs0"

    def answers(self) -> bool:
        direct: MongoClient[dict[str, Any]]
        direct = MongoClient("127.0.0.1", self.port, directConnection=True, serverSelectionTimeoutMS=300)
        with direct as client:
            try:
                if client.admin.command("hello").get("isWritablePrimary"):
                    return True
                self._configure(client)
            except PyMongoError:
                return False
        return False

    def _configure(self, client: MongoClient[dict[str, Any]]) -> None:
        members = [{"_id": 0, "host": f"127.0.0.1:{self.port}"}]
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as error:
            if error.code not in {_NOT_YET_INITIATED, _INVALID_REPLICA_SET_CONFIG}:
                raise
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
            return
        if config["members"][0]["host"] != members[0]["host"]:
            # the port has changed since the last start, but the replica set still lists the old one
            config["members"][0]["host"] = members[0]["host"]
            config["version"] += 1
            client.admin.command("replSetReconfig", config, force=True)

    def _prepare(self) -> Process:
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        command = [
            str(tools.mongod()),
            *("--dbpath", str(data), "--port", str(self.port), "--bind_ip", "127.0.0.1"),
            *("--replSet", "rs0", "--wiredTigerCacheSizeGB", str(self._cache), "--nounixsocket"),
            # there is no secondary to take over, and MongoDB would wait 15 s for one
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=200"),
            # Only MongoDB's support reads these data. Collecting them takes a fifth of its time while tests create
            # databases.
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        ]
        return Process(self.name, command, self._log)
