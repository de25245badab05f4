"""Each image by its own Dockerfile: what that installs is enough to start, and nothing else is in it."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from smtplib import SMTP
from urllib.request import urlopen

import pytest

from trackline_local import assets, styles
from trackline_local.packages import IMAGES, SERVICES, distribution, needed
from trackline_local.ports import free_port
from trackline_local.program import accepts
from trackline_local.steps import ROOT
from trackline_testing.amounts import amount

from .image import Image

# The slowest first. test_packages.py holds the Dockerfiles of the services alike, so that the short form builds one.
BUILT = ["gateway", "knowledge", *(name for name in SERVICES if name != "knowledge")][
    : amount("IMAGES", short=2, long=len(IMAGES))
]
LIST = "from importlib.metadata import distributions as all\nprint(*sorted(one.name for one in all()))"

pytestmark = pytest.mark.timeout(240)  # images are built, on a machine that may be busy


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, "Future[Image]"]]:
    """Builds the images side by side. Yields name → the image that is being built."""
    unbuilt = [Image(ROOT / IMAGES[name] / "Dockerfile", tmp_path_factory.mktemp(f"image-{name}")) for name in BUILT]
    with ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(image.build) for name, image in zip(BUILT, unbuilt, strict=True)}


@contextmanager
def running(
    image: Image, command: list[str], environment: dict[str, str], log: Path, ready: Callable[[], bool]
) -> Iterator[None]:
    """Waits until it is ready; it ends by SIGTERM, in good order."""
    process = image.start(command, environment, log)
    deadline = time.monotonic() + 120
    try:
        while not ready():
            ended_or_late = process.poll() is not None or time.monotonic() > deadline
            assert not ended_or_late, log.read_text()[-3000:]
        yield
        process.terminate()
        assert process.wait(40) in (0, -signal.SIGTERM), log.read_text()[-3000:]
    finally:
        process.kill()
        process.wait()


def healthy(image: Image, environment: dict[str, str], log: Path) -> bool:
    return image.start(image.health, environment, log.with_suffix(".health")).wait(60) == 0


@pytest.mark.parametrize("name", [name for name in BUILT if name in SERVICES])
def test_a_service_starts_from_what_its_image_installs(
    name: str, images: dict[str, "Future[Image]"], backends: dict[str, str], tmp_path: Path
) -> None:
    image, log = images[name].result(), tmp_path / "log"
    port = str(free_port())
    environment = {
        **backends,
        "TRACKLINE_HEALTH_PORT": port,
        "TRACKLINE_HEALTH_HOST": "127.0.0.1",
        "TRACKLINE_ENCRYPTION_KEYS": "k" * 32,
    }
    before = image.files()
    with running(image, image.command, environment, log, lambda: healthy(image, environment, log)):
        pass
    assert image.files() == before, "its root is read-only where it is deployed"


def test_the_gateway_starts_from_what_its_image_installs(
    images: dict[str, "Future[Image]"], backends: dict[str, str], tmp_path: Path
) -> None:
    image, log = images["gateway"].result(), tmp_path / "log"
    port = str(free_port())
    environment = {**backends, "TRACKLINE_HOST": "127.0.0.1", "TRACKLINE_PORT": port, "TRACKLINE_SECRET": "s" * 32}
    before = image.files()
    with running(image, image.command, environment, log, lambda: healthy(image, environment, log)):
        page = urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=10).read().decode()
        script = next(part for part in page.split('"') if "htmx.min.js" in part)
        assert b"htmx" in urlopen(f"http://127.0.0.1:{port}{script}", timeout=10).read()
    assert image.files() == before, "its root is read-only where it is deployed"


def test_the_mail_catcher_starts_from_the_gateways_image(images: dict[str, "Future[Image]"], tmp_path: Path) -> None:
    image, log = images["gateway"].result(), tmp_path / "log"
    port = free_port()
    environment = {"TRACKLINE_MAILBOX_PORT": str(port), "TRACKLINE_MAILBOX_HOST": "127.0.0.1"}
    command = ["python", "-m", "gateway.mailbox"]
    with (
        running(image, command, environment, log, lambda: accepts("127.0.0.1", port)),
        SMTP("127.0.0.1", port, timeout=10) as smtp,
    ):
        assert smtp.noop()[0] == 250


@pytest.mark.parametrize("name", BUILT)
def test_an_image_holds_its_lock_and_our_packages_and_nothing_else(
    name: str, images: dict[str, "Future[Image]"], tmp_path: Path
) -> None:
    image, log = images[name].result(), tmp_path / "log"
    assert image.start(["python", "-c", LIST], {}, log).wait(60) == 0
    lock = (ROOT / IMAGES[name] / "requirements.lock").read_text().splitlines()
    pinned = {line.partition("==")[0] for line in lock if "==" in line} - {"setuptools"}
    ours = {distribution(folder) for folder in needed(IMAGES[name])}
    installed = {one.lower().replace("_", "-").replace(".", "-") for one in log.read_text().split()}
    assert installed == pinned | ours


def test_no_image_downloads_what_only_checks_the_portal(images: dict[str, "Future[Image]"]) -> None:
    packages = images["gateway"].result().stage("assets") / "build/gateway/node_modules"
    downloaded = {path.name for path in packages.iterdir()}
    assert "echarts" in downloaded
    assert downloaded & {"axe-core", "@biomejs", "jsdom", "typescript"} == set()


def test_the_image_cuts_the_style_sheet_as_set_up_does(images: dict[str, "Future[Image]"]) -> None:
    assets.prepare()
    cut = images["gateway"].result().stage("assets") / "build" / styles.TARGET.relative_to(ROOT)
    assert cut.read_text() == styles.TARGET.read_text()


@pytest.mark.parametrize("name", BUILT)
def test_an_image_runs_as_nobody_in_particular(name: str, images: dict[str, "Future[Image]"]) -> None:
    assert images[name].result().user == "10001:10001"
