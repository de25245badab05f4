"""A service with nothing of its own, to run the chassis for real in a process of its own."""
