"""Judges what a file would do when somebody opens it, in a process of its own."""
