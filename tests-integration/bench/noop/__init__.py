"""A service that does nothing, to measure the cost of a call."""
