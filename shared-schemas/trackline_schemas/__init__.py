"""The contracts between Trackline's processes: events, commands, views, errors, filters and topology."""
