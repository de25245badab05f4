# The intervals that ship, not the quick ones of the tests. Only mails wait a second for company instead of a minute:
# what they cost then falls into the run that they belong to.
INTERVALS = {
    "TRACKLINE_SWEEP_SECONDS": "2",
    "TRACKLINE_SWEEP_AGE_SECONDS": "5",
    "TRACKLINE_MAIL_COLLAPSE_SECONDS": "1",
    "TRACKLINE_LOG_LEVEL": "WARNING",
}
