"""A service that does nothing: what a call costs by itself."""
