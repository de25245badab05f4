"""The causes, by what they disturb."""

from alarms.causes import events, mail, people, processes, requests, search

__all__ = ["events", "mail", "people", "processes", "requests", "search"]
