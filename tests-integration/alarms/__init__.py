"""`make alarms`: each alert fires once, for its real cause, in a real Prometheus that watches the whole system."""
