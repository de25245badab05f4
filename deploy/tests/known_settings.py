"""The settings that the processes read."""

from importlib import import_module

from pydantic_settings import BaseSettings

import gateway.kit.settings
import gateway.mailbox.server
from trackline_chassis.accounts import AccountSettings
from trackline_local.packages import SERVICES


def known_settings() -> set[str]:
    classes: list[type[BaseSettings]] = [
        *(import_module(f"{name}.settings").Settings for name in SERVICES),
        gateway.kit.settings.Settings,
        gateway.mailbox.server.MailboxSettings,
        AccountSettings,
    ]
    return {f"TRACKLINE_{field}".upper() for one in classes for field in one.model_fields}
