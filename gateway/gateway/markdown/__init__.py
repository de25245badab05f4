"""Renders articles and comments as HTML, in a process of its own."""
