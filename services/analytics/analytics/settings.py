"""What analytics reads from the environment, besides what every service reads."""

from trackline_chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """`gap_seconds` is how long analytics waits for a missing event before it asks for a replay."""

    gap_seconds: float = 60.0
