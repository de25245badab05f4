"""What every Trackline service runs on: entrypoints, outbox, batch consumer, retries, replays and health. Nothing here
knows what the services are about.

Loops use `threading`. The runner patches it, so that they are greenlets in a service and ordinary threads in a test.
"""
