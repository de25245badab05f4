"""The settings that the processes read."""

import analytics.settings
import gateway.kit.settings
import gateway.mailbox.server
import knowledge.settings
import notifications.settings
import tickets.settings
from trackline_local.settings import RunSettings

# Of every process; `make run` has some of its own.
SETTINGS = (
    tickets.settings.Settings,
    notifications.settings.Settings,
    knowledge.settings.Settings,
    analytics.settings.Settings,
    gateway.kit.settings.Settings,
    gateway.mailbox.server.MailboxSettings,
)


def known_settings() -> set[str]:
    return {f"TRACKLINE_{field}".upper() for one in SETTINGS for field in one.model_fields}


def known_to_make_run() -> set[str]:
    return {f"TRACKLINE_{field}".upper() for field in RunSettings.model_fields}
