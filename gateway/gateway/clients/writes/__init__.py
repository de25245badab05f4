"""Every call that changes something in a service. Only the actions may make one: an import contract holds it."""
