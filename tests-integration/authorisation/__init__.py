"""Who may do what: `api.txt` and `portal.txt` say it, and test_authorisation.py compares it with the running system."""
