import importlib
import pkgutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from conftest import running_system
from harness.api import Api

import attack
from attack.target import Figure, Target

_NO_ATTACKS = ("__main__", "target")
# What is measured are the limits of production, and not the quick ones of the tests.
PRODUCTION = {
    "TRACKLINE_ARGON2_TIME_COST": "2",
    "TRACKLINE_ARGON2_MEMORY_KIB": "65536",
    "TRACKLINE_TRUSTED_PROXIES": "127.0.0.1",
}


def main(only: str = "") -> int:
    _say("| attack | before | now | limit | |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, running_system(Path(folder), None, **PRODUCTION) as system:
        account = system.administrator
        with Api.sign_in(system.url, account.email, account.password) as admin:
            admin.wait_for_starter_pack()
            held = [_report(figure) for figure in _attack(Target(system, admin), only)]
    return 0 if held and all(held) else 1


def _attack(target: Target, only: str) -> Iterator[Figure]:
    for module in pkgutil.iter_modules(attack.__path__):
        if module.name not in _NO_ATTACKS and only in module.name:
            yield from importlib.import_module(f"attack.{module.name}").attack(target)


def _report(figure: Figure) -> bool:
    _say(figure.row)
    return figure.holds


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
