"""Settings of the analytics service, in addition to those of the chassis."""

from trackline_chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """`gap_seconds` is how long analytics waits for a missing event before it asks for a replay."""

    gap_seconds: float = 60.0
