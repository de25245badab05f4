"""How Trackline treats the characters of texts. Uses only the standard library, except for `types.py`."""
