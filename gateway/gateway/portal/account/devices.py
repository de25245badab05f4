"""Names the browser or app of a session."""

import re
from collections.abc import Mapping

from gateway.people.models import SessionView
from gateway.portal.kit.i18n import gettext

# The first that occurs in the user agent counts, because browsers also name those that they resemble.
BROWSERS: Mapping[str, str] = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS: Mapping[str, str] = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "CrOS": "ChromeOS",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def name_device(session: SessionView) -> str:
    agent = session.user_agent or ""
    if session.kind == "app" and not agent.startswith("Mozilla/"):
        program = re.match(r"[\w .-]+", agent)
        return program[0].strip()[:40] if program else gettext("An app")
    browser, system = _first(BROWSERS, agent), _first(SYSTEMS, agent)
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("A browser")


def _first(names: Mapping[str, str], agent: str) -> str:
    return next((name for mark, name in names.items() if mark in agent), "")
