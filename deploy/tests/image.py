"""An image without a container engine: its Dockerfile's own lines, run in a folder that stands for its file system."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from string import Template
from typing import Any, Self

from dockerfile_parse import DockerfileParser
from pathspec import PathSpec

from trackline_local.steps import ROOT

_IGNORED = PathSpec.from_lines("gitignore", (ROOT / ".dockerignore").read_text().splitlines())
# this checkout's own environment must not leak in: only what pip and npm need to reach their registries
_LEAKS = ("PYTHON", "VIRTUAL_ENV", "TRACKLINE_", "PYTEST_")


class Image:
    """Build arguments that are absolute paths, like `ARG VENV=/opt/trackline`, point into the folder.

    `environment`, `command`, `health` (a shell command) and `user` are what the finished image declares.
    """

    def __init__(self, dockerfile: Path, folder: Path) -> None:
        self.environment: dict[str, str] = {}
        self.command: list[str] = []
        self.health = ""
        self.user = ""
        self._lines = DockerfileParser(path=str(dockerfile), env_replace=False).structure
        self._stages = folder / "stages"
        self._files = folder / "files"
        self._base = folder / "base"
        self._stage = ""
        self._workdir = self._files
        self._variables: dict[str, str] = {}

    def build(self) -> Self:
        self._make_base_python()
        for line in self._lines:
            self._step(line["instruction"], line["value"])
        return self

    def start(self, command: str | list[str], environment: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
        """Starts it as a container would; a string runs in a shell."""
        everything = {**self.environment, **environment, "HOME": "/nonexistent"}
        arguments = ["/bin/sh", "-c", command] if isinstance(command, str) else command
        program = shutil.which(arguments[0], path=everything["PATH"])
        assert program, f"the image has no {arguments[0]}"
        with log.open("ab") as out:
            return subprocess.Popen(
                [program, *arguments[1:]], cwd=self._workdir, env=everything, stdout=out, stderr=subprocess.STDOUT
            )

    def stage(self, name: str) -> Path:
        """Returns the files of an earlier stage, of which the image holds what it copies."""
        return self._stages / name

    def files(self) -> dict[str, int]:
        """Path → time of its last change."""
        return {str(one): one.lstat().st_mtime_ns for one in self._files.rglob("*")}

    def _step(self, instruction: str, value: str) -> None:
        match instruction:
            case "FROM":
                self._begin_stage(value)
            case "ARG":
                name, _, default = value.partition("=")
                self._variables[name] = f"{self._files}{default}" if default.startswith("/") else default
            case "ENV":
                for assignment in shlex.split(self._expand(value)):
                    name, _, text = assignment.partition("=")
                    self.environment[name] = self._variables[name] = text
            case "WORKDIR":
                self._workdir = self._inside(value)
                self._workdir.mkdir(parents=True, exist_ok=True)
            case "COPY":
                self._copy(shlex.split(self._expand(value)))
            case "RUN":
                self._run(_without_flags(value))
            case "USER":
                self.user = value
            case "HEALTHCHECK":
                self.health = value.partition("CMD ")[2]
            case "CMD":
                self.command = json.loads(value)
            case "COMMENT" | "EXPOSE":
                pass
            case _:
                raise NotImplementedError(f"{instruction} {value}")

    def _begin_stage(self, value: str) -> None:
        self._stages.mkdir(parents=True, exist_ok=True)
        if self._stage:
            self._files.rename(self._stages / self._stage)
        self._stage = value.partition(" AS ")[2] or "final"
        self._files.mkdir()
        self._workdir = self._files
        self._variables = {"PATH": f"{self._files}/usr/local/bin:{self._base}:/usr/bin:/bin"}
        self.environment = {}

    def _run(self, command: str) -> None:
        outer = {key: value for key, value in os.environ.items() if not key.startswith(_LEAKS)}
        done = subprocess.run(
            ["/bin/sh", "-ec", command],
            cwd=self._workdir,
            env={**outer, **self._variables},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"RUN {command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"

    def _copy(self, words: list[str]) -> None:
        stage = next((word.removeprefix("--from=") for word in words if word.startswith("--from=")), None)
        *sources, target = (word for word in words if not word.startswith("--"))
        into = self._inside(target)
        for source in sources:
            found = ROOT / source if stage is None else self._in_stage(stage, source)
            if found.is_dir():
                how: dict[str, Any] = {"copy_function": os.link} if stage else {"ignore": _ignored}
                shutil.copytree(found, into, symlinks=True, dirs_exist_ok=True, **how)
                continue
            assert stage or not _IGNORED.match_file(source), f"{source} is in .dockerignore"
            target_file = into / found.name if target.endswith("/") or into.is_dir() else into
            target_file.parent.mkdir(parents=True, exist_ok=True)
            # Images are built side by side. A program cannot start while it is open for writing, and a process that
            # another thread starts meanwhile keeps it so.
            (os.symlink if stage else shutil.copy)(found, target_file)

    def _in_stage(self, stage: str, path: str) -> Path:
        if stage.startswith("astral/uv:"):
            assert stage.removeprefix("astral/uv:") == version("uv"), (
                "the Dockerfile names another uv than requirements.lock"
            )
            return Path(sys.executable).with_name("uv")
        inner = path.removeprefix(str(self._files)).lstrip("/")
        return self.stage(stage) / inner

    def _inside(self, path: str) -> Path:
        inner = path.removeprefix(str(self._files))
        return self._files / inner.lstrip("/") if inner.startswith("/") else self._workdir / inner

    def _expand(self, text: str) -> str:
        return Template(text).substitute(self._variables)

    def _make_base_python(self) -> None:
        # the interpreter below this environment, as a base image has it
        base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
        self._base.mkdir(parents=True)
        program = self._base / "python"
        program.write_text(f'#!/bin/sh\nexec {base} "$@"\n')
        program.chmod(0o755)


def _ignored(folder: str, names: Iterable[str]) -> set[str]:
    inner = Path(folder).relative_to(ROOT)
    return {name for name in names if _IGNORED.match_file(str(inner / name))}


def _without_flags(command: str) -> str:
    """`--mount=…` only tells an engine where to keep caches."""
    words = command.split(" ")
    while words[0].startswith("--"):
        words.pop(0)
    return " ".join(words)
