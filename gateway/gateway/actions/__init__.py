"""Everything that people can start. Each write is one function: it checks the people and teams that the command names,
resolves files, derives the id of the command, and calls the service or the store. Entrances (the API, the portal, later
mail) only translate requests into calls of these functions and results into answers."""
