"""Decisions that the services (eventlet) and the gateway (asyncio) share. Nothing here does I/O: each runtime has thin
drivers that read, ask this package what to do, and write."""
