"""What people can start. Each write is one function: it checks what the command names, binds files, derives the
identity of the command and calls the service or the store. Entrances (the API, the portal, later mail) only translate
into and out of these functions."""
