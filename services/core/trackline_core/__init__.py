"""Decisions that the services (eventlet) and the gateway (asyncio) share. Nothing here does I/O: each runtime has a
thin driver that reads, asks this package what to do, and writes."""
