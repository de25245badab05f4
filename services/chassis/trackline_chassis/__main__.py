"""python -m trackline_chassis tickets"""

import sys
import warnings

with warnings.catch_warnings():
    # eventlet tells at every import that it is in maintenance mode: docs/adr/0001 says why it is here and how it goes.
    warnings.simplefilter("ignore")
    import eventlet

# Before anything else is imported that might keep an unpatched socket, lock or thread.
eventlet.monkey_patch()

from trackline_chassis.runner import main  # noqa: E402

main(sys.argv[1])
