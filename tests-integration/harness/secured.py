"""A MongoDB with access control, as the official image makes one: an administrator, and no replica set yet."""

import secrets
import subprocess
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from trackline_local import tools
from trackline_local.process import Process
from trackline_local.servers import MongoDB

ROOT = "root"


class SecuredMongoDB(MongoDB):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, cache_gigabytes=0.25)
        self.password = secrets.token_hex(16)

    @property
    def admin_url(self) -> str:
        return f"mongodb://{ROOT}:{self.password}@127.0.0.1:{self.port}/?directConnection=true"

    def answers(self) -> bool:
        with MongoClient[dict[str, Any]](self.admin_url, serverSelectionTimeoutMS=300) as client:
            try:
                return bool(client.admin.command("hello")["ok"])
            except PyMongoError:
                return False

    def _prepare(self) -> Process:
        process = super()._prepare()
        self._create_administrator()
        key = self.folder / "key"
        key.write_text(secrets.token_hex(32))
        key.chmod(0o400)
        process.command += ["--keyFile", str(key)]
        return process

    def _create_administrator(self) -> None:
        data, log = str(self.folder / "data"), str(self.folder / "first.log")
        common = [str(tools.mongod()), "--dbpath", data, "--port", str(self.port), "--bind_ip", "127.0.0.1"]
        with subprocess.Popen([*common, "--nounixsocket", "--logpath", log]) as first:
            with MongoClient[dict[str, Any]]("127.0.0.1", self.port) as client:
                client.admin.command("createUser", ROOT, pwd=self.password, roles=["root"])
            first.terminate()
