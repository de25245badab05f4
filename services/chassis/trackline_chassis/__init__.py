"""How a Trackline service runs: entrypoints, outbox, batch consumer, retry ladder, replay, health. No business word.

Loops are written in the vocabulary of `threading`; the runner patches it, so that they are greenlets in a service and
plain threads in a test.
"""
