"""A ticket: its fields, states and kinds as tables, the commands that change it and the views that show it."""
