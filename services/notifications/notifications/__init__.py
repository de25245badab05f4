"""Decides who is notified of a ticket event, keeps people's inboxes, and sends mail."""
