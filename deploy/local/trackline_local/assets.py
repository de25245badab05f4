"""Fetches the portal's third-party files of gateway/package-lock.json into static/vendor/."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from trackline_local.steps import ROOT, Failure, need_space, one_at_a_time, say

PORTAL = ROOT / "gateway"
VENDOR = PORTAL / "gateway/portal/static/vendor"
# Path below static/vendor/ → path in node_modules. A pattern copies all matching files into a folder.
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hotkey.js": "@github/hotkey/dist/index.js",
    "relative-time.js": "@github/relative-time-element/dist/bundle.js",
    "echarts.min.js": "echarts/dist/echarts.common.min.js",
    "basecoat.min.css": "basecoat-css/dist/basecoat.cdn.min.css",
    "basecoat": "basecoat-css/dist/js/*.min.js",
    "inter/inter.css": "@fontsource-variable/inter/wght.css",
    "inter/files": "@fontsource-variable/inter/files/*-wght-normal.woff2",
    "icons": "lucide-static/icons/*.svg",
}


def prepare() -> None:
    stamp = VENDOR / "fingerprint"
    with one_at_a_time(PORTAL):
        fetched = stamp.exists() and stamp.read_text() == _fingerprint()
        if fetched and (PORTAL / "node_modules").exists():  # the tests need axe-core from node_modules
            return
        need_space(PORTAL, 300, "The portal's assets")
        say("assets", "fetching the portal's scripts, styles, fonts and icons with npm")
        _npm_ci()
        shutil.rmtree(VENDOR, ignore_errors=True)
        for target, pattern in FILES.items():
            _copy(pattern, VENDOR / target)
        stamp.write_text(_fingerprint())


def _fingerprint() -> str:
    lock = (PORTAL / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(FILES).encode()).hexdigest()


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
    prepare()
