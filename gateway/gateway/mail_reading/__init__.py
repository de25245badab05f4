"""Reads one mail: from its raw bytes to a value, without network, database or ticket. `children.py` does it in a
process of its own, which is how everybody but tests reads the mail of a stranger."""
