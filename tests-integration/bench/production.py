# The intervals of production, not the short ones of the tests. Only emails are collected for a second instead of a
# minute, so that their cost falls into the run that caused them.
INTERVALS = {
    "TRACKLINE_SWEEP_SECONDS": "2",
    "TRACKLINE_SWEEP_AGE_SECONDS": "5",
    "TRACKLINE_MAIL_COLLAPSE_SECONDS": "1",
    "TRACKLINE_LOG_LEVEL": "WARNING",
    "TRACKLINE_WRITES_PER_HOUR": "1000000",
}
