"""What a browser fetches."""

import re
from pathlib import Path

from gateway.portal.kit import assets

from .conftest import Portal

LINES_OF_A_STYLE_SHEET = 400
OUR_STYLES = 76_000


async def test_the_address_holds_the_hash_and_is_kept_for_ever(portal: Portal) -> None:
    answer = await portal.get(assets.url("app.css"), None)
    assert "immutable" in answer.headers["cache-control"]
    stale = await portal.get("/static/0123456789ab/app.css", None)
    assert (stale.status_code, stale.headers["cache-control"]) == (200, "no-cache")


async def test_nothing_outside_the_folder_is_served(portal: Portal) -> None:
    assert (await portal.get(f"/static/{assets.BUILD}/..%2f__init__.py", None)).status_code == 404


async def test_a_worker_may_connect_to_us(portal: Portal) -> None:
    answer = await portal.get(assets.url("kit/static/stream-worker.js"), None)
    assert answer.headers["content-security-policy"] == "default-src 'self'"


async def test_text_is_compressed_and_a_live_stream_is_not_held_back(portal: Portal) -> None:
    answer = await portal.get("/desk/open", "ines", **{"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"


async def test_a_strong_etag_goes_with_one_encoding_only(portal: Portal) -> None:
    portal.services.ticketing.update("ines", "INC-1001", resolution="long " * 799, tags=[f"{n:050}" for n in range(20)])
    answer = await portal.get("/api/v1/tickets/INC-1001", "ines", **{"Accept-Encoding": "gzip"})
    assert len(answer.content) > 5000
    assert answer.headers["etag"] == '"10"'
    assert "content-encoding" not in answer.headers
    sheet = await portal.get(assets.url("app.css"), None, **{"Accept-Encoding": "gzip"})
    assert sheet.headers["content-encoding"] == "gzip"
    tag = sheet.headers["etag"]
    assert tag.startswith('W/"')
    again = await portal.get(assets.url("app.css"), None, **{"If-None-Match": tag})
    assert (again.status_code, again.headers["etag"]) == (304, tag)


def _write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_css", ".css").replace("_js", ".js")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_slice_brings_styles_and_scripts_by_having_them(tmp_path: Path) -> None:
    """What comes later wins, so that a slice may change what it shares with others."""
    _write(
        tmp_path,
        desk__static__desk_css="desk",
        desk__static__queue_js="script",
        settings__static__settings_css="settings",
        settings__holidays__static__holidays_css="holidays",
        kit__static__forms_css="/* What a form\n   needs. */\n.form {\n  gap: 20px;\n}\n",
        kit__static__base_css="base",
        kit__static__tokens_css="tokens",
        static__vendor__inter__inter_css="/*! Its licence */src: url(./files/inter.woff2)",
    )
    files = assets.find_files(tmp_path)
    assert files["desk/static/queue.js"].read_text() == "script"
    assert assets.join_styles(files).decode().splitlines() == [
        "/*! Its licence */src: url(static/vendor/inter/files/inter.woff2)",
        "tokens",
        "base",
        ".form { gap: 20px; }",
        "desk",
        "settings",
        "holidays",
    ]


async def test_a_page_has_one_style_sheet_with_those_of_all_slices(portal: Portal) -> None:
    page = (await portal.get("/desk/open", "ines")).text
    assert re.findall(r'rel="stylesheet" href="([^"]+)"', page) == [assets.url("app.css")]
    whole = (await portal.get(assets.url("app.css"), None)).text
    for name, path in assets.FILES.items():
        assert not name.endswith(".css") or "vendor" in name or _without_comments(path.read_text()) in whole, name


def _without_comments(text: str) -> str:
    return " ".join(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).split())


def test_no_text_in_a_style_sheet_looks_like_a_comment_or_indentation() -> None:
    ours = [path for name, path in assets.FILES.items() if name.endswith(".css") and "vendor" not in name]
    texts = [text for path in ours for text in re.findall(r'"[^"\n]*"', path.read_text())]
    assert len(texts) > 10
    assert [text for text in texts if "/*" in text or "  " in text] == []


async def test_what_templates_name_is_served(portal: Portal) -> None:
    templates = [path.read_text() for path in assets.PORTAL.rglob("templates/*.html")]
    named = {name for text in templates for name in re.findall(r"(?:static|modules)\('([^']+)'\)", text)}
    assert {"desk/static/queue.js", "insights/static/insights.js"} <= named
    for name in sorted(named):
        assert (await portal.get(assets.url(name), None)).status_code == 200, name


def _slice_of(name: str) -> str:
    """Returns "settings" for all areas of the settings."""
    return name.partition("/")[0]


def _classes_in_sheets() -> dict[str, set[str]]:
    classes: dict[str, set[str]] = {}
    for name, path in assets.FILES.items():
        if name.endswith(".css"):
            selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", path.read_text(), flags=re.DOTALL)
            classes.setdefault(_slice_of(name), set()).update(re.findall(r"\.([a-z][\w-]*)", selectors))
    return classes


def _classes_in_templates() -> dict[str, set[str]]:
    classes: dict[str, set[str]] = {}
    for path in assets.PORTAL.rglob("templates/*.html"):
        text = path.read_text()
        written = re.findall(r'class="([^"]*)', re.sub(r"\{[{%].*?[%}]\}", "", text))
        written += re.findall(r"block (?:face|main|width) %\}([^{]*)", text)
        used = classes.setdefault(_slice_of(path.relative_to(assets.PORTAL).as_posix()), set())
        used.update(" ".join(written).split())
    return classes


def test_no_slice_uses_the_classes_of_another() -> None:
    """All style sheets are on every page, so that a rule for a class counts wherever the class is."""
    sheets, templates = _classes_in_sheets(), _classes_in_templates()
    shared = sheets["kit"] | sheets["static"]
    assert {"composer", "panel"} <= sheets["ticket"] & templates["ticket"]
    for owner, classes in sheets.items():
        for user, used in templates.items():
            assert owner in ("kit", "static", user) or not (classes - shared) & used, f"{owner}'s in {user}"


def test_types_are_checked_in_each_script() -> None:
    ours = [path for name, path in assets.FILES.items() if name.endswith(".js") and "vendor" not in name]
    assert len(ours) > 10
    assert [path.name for path in ours if not path.read_text().startswith("// @ts-check\n")] == []


def test_styles_stay_small() -> None:
    """Comments and indentation do not count, because browsers do not get them."""
    ours = {
        name: path.read_text() for name, path in assets.FILES.items() if name.endswith(".css") and "vendor" not in name
    }
    assert [name for name, text in ours.items() if len(text.splitlines()) > LINES_OF_A_STYLE_SHEET] == []
    assert sum(len(_without_comments(text).encode()) for text in ours.values()) <= OUR_STYLES
