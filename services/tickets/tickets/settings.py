from trackline_chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """`reopen_days`: how long after it was resolved a requester may bring a ticket back."""

    reopen_days: int = 7
