"""Python's garbage collector in a process that serves requests."""

import gc

# So many more objects must be made than freed before the collector looks at the new ones. Python's 700 are soon reached
# in one request.
NEW_OBJECTS = 50_000


def collect_rarely() -> None:
    """Takes what the process has built at its start, and keeps until its end, out of every later collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 10, 10)
