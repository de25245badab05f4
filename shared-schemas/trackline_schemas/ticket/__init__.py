"""The tables of a ticket's fields, states and kinds, its commands and its views."""
