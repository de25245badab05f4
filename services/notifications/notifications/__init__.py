"""Decides who hears what of a ticket, keeps their inboxes and sends their mail."""
