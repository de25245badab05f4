"""Renders articles as HTML, in a process of its own."""
