from trackline_chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """`reopen_days` is how many days after the resolution a requester may reopen a ticket."""

    reopen_days: int = 7
