"""Decides who hears of a ticket event, keeps people's inboxes, and sends mail."""
