"""Runs one service: python -m trackline_chassis tickets"""

import sys
import warnings

with warnings.catch_warnings():
    # eventlet warns at every import that it is in maintenance mode. docs/adr/0001 says why we still use it.
    warnings.simplefilter("ignore")
    import eventlet

# This comes before any other import, because a module might keep an unpatched socket, lock or thread.
eventlet.monkey_patch()

from trackline_chassis.runner import main  # noqa: E402

main(sys.argv[1])
