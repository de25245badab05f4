# The intervals that ship, not the quick ones of the tests.
INTERVALS = {
    "TRACKLINE_SWEEP_SECONDS": "2",
    "TRACKLINE_SWEEP_AGE_SECONDS": "5",
    "TRACKLINE_MAIL_COLLAPSE_SECONDS": "60",
    "TRACKLINE_LOG_LEVEL": "WARNING",
}
