"""The causes, by what they disturb."""

from alarms.causes import events, files, mail, people, processes, requests, search

__all__ = ["events", "files", "mail", "people", "processes", "requests", "search"]
