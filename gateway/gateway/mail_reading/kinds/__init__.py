"""Tells what wrote a mail: a person, or a program of one kind or another."""
