"""Records: configuration objects with versions, events and a history, decided once for services and gateway."""
