"""A minimal service, to test the chassis in a real process."""
