"""Records are configuration objects with versions, events and a history. The services and the gateway share their
rules."""
