"""Logging in the tests of the gateway."""

import structlog

# The default renders tracebacks with all local variables, which takes seconds or even minutes for each.
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
