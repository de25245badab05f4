import os
import shutil
import subprocess

from trackline_local.steps import TOOLS, Failure, say

LOG = TOOLS / "apt.log"


def install(*packages: str, why: str) -> None:
    """Installs the Debian packages that are missing, as root or through sudo."""
    missing = [name for name in packages if not _installed(name)]
    if not missing:
        return
    by_hand = f"Install it yourself, then start again: sudo apt-get install {' '.join(missing)}"
    if shutil.which("apt-get") is None:
        raise Failure(f"{why} needs {', '.join(missing)}, and this machine has no apt-get. {by_hand}")
    say("packages", f"installing {', '.join(missing)} with apt-get ({why})")
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    if _run(command) == 0:
        return
    _run(["apt-get", "update", "-q"])  # a fresh machine has no package lists yet
    if _run(command) != 0:
        raise Failure(f"apt-get could not install {', '.join(missing)} ({why}), see {LOG}. {by_hand}")


def _installed(package: str) -> bool:
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", package]
    try:
        return subprocess.run(query, capture_output=True, text=True, check=False).stdout == "installed"
    except FileNotFoundError:
        return False


def _run(command: list[str]) -> int:
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        prefix = environment
    elif shutil.which("sudo"):
        prefix = ["sudo", *environment]
    else:
        raise Failure(f"Neither root nor sudo: run this as root, then start again: {' '.join(command)}")
    TOOLS.mkdir(exist_ok=True)
    with LOG.open("a") as out:
        return subprocess.run([*prefix, *command], stdout=out, stderr=out, check=False).returncode
