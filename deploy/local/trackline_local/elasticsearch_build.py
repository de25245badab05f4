"""Builds an Elasticsearch from its published Maven artifacts and from deploy/local/elasticsearch.

The distribution itself is in no package registry, and neither are its modules for analysis and for `GET /`.
LocalAnalysis and LocalRest replace the parts of them that Trackline uses.
"""

import hashlib
import shutil
import subprocess
import zipfile
from pathlib import Path

from trackline_local import apt
from trackline_local.steps import ROOT, Failure, need_space, say

VERSION = "8.19.21"
SOURCE = ROOT / "deploy/local/elasticsearch"
MODULES = {
    "transport-netty4": "org.elasticsearch.transport.netty4.Netty4Plugin",
    "LocalAnalysis": "LocalAnalysis",
    "LocalRest": "LocalRest",
}


def build(tools: Path) -> Path:
    home = tools / f"elasticsearch-{VERSION}"
    stamp = home / "fingerprint"
    if stamp.exists() and stamp.read_text() == _fingerprint():
        return home
    if shutil.which("mvn") is None:
        apt.install("maven", why="to fetch Elasticsearch")
    need_space(tools, 500, "Elasticsearch")
    say("elasticsearch", f"fetching and compiling Elasticsearch {VERSION} (66 MB, half a minute)")
    shutil.rmtree(home, ignore_errors=True)
    pom = str(SOURCE / "pom.xml")
    _run(["mvn", "-q", "-B", "-f", pom, f"-Delasticsearch.version={VERSION}", f"-Dhome={home}", "package"])
    for module, main_class in MODULES.items():
        _write_descriptor(home / "modules" / module, main_class)
    _compile(home, "Launcher")
    for module in ("LocalAnalysis", "LocalRest"):
        _archive(_compile(home, module), home / "modules" / module / f"{module}.jar")
    (home / "plugins").mkdir()
    stamp.write_text(_fingerprint())
    return home


def _fingerprint() -> str:
    digest = hashlib.sha256(VERSION.encode())
    for file in sorted(SOURCE.iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _write_descriptor(folder: Path, main_class: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = {
        "name": folder.name,
        "classname": main_class,
        "description": folder.name,
        "version": VERSION,
        "elasticsearch.version": VERSION,
        "java.version": "17",
    }
    text = "".join(f"{key}={value}\n" for key, value in lines.items())
    (folder / "plugin-descriptor.properties").write_text(text)


def _compile(home: Path, name: str) -> Path:
    classes = home / "build" / name
    compiler = ["java", "-jar", str(home / "build/ecj.jar"), "-nowarn", "-source", "17", "-target", "17"]
    libraries = ":".join(str(jar) for jar in sorted((home / "lib").glob("*.jar")))
    _run([*compiler, "-cp", libraries, "-d", str(classes), str(SOURCE / f"{name}.java")])
    return classes


def _archive(classes: Path, jar: Path) -> None:
    with zipfile.ZipFile(jar, "w") as archive:
        for file in sorted(classes.glob("*.class")):
            archive.write(file, file.name)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(
            "Building Elasticsearch failed. Is the Maven repository reachable, and is Java 17 or later installed? "
            f"Or set TRACKLINE_ELASTICSEARCH_URL to your own Elasticsearch.\n{(done.stdout + done.stderr)[-800:]}"
        )
