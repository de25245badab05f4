"""The command line installs alone from its wheel, which also holds the package for CSV files. test_demo.py runs it
against a system."""

from pathlib import PurePosixPath
from zipfile import ZipFile

from harness.command_line import PACKAGES, CommandLine

IMPORT_EVERYTHING = """
import importlib, pkgutil, trackline_cli
modules = [found.name for found in pkgutil.walk_packages(trackline_cli.__path__, "trackline_cli.")]
for name in modules:
    if not name.endswith(".__main__"):
        importlib.import_module(name)
print(*modules)
"""


def test_the_wheel_holds_every_file_of_the_package(command_line: CommandLine) -> None:
    files = {
        path.relative_to(source.parent).as_posix()
        for source in PACKAGES
        for path in source.rglob("*")
        if path.is_file()
    }
    with ZipFile(command_line.wheel) as wheel:
        packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == {name for name in files if "__pycache__" not in PurePosixPath(name).parts}


def test_every_module_finds_what_it_imports(command_line: CommandLine) -> None:
    assert "trackline_cli.demo.stories" in command_line.python(IMPORT_EVERYTHING).split()


def test_help_names_the_commands_and_version_names_the_version(command_line: CommandLine) -> None:
    told = command_line.run("--help")
    assert all(command in told for command in ("import", "search", "demo", "--version"))
    assert command_line.run("--version") == "trackline 0.1.0\n"
