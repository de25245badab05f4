import resource

# what MongoDB and Elasticsearch ask for; more only costs the Erlang VM memory
_WANTED = 65_536


def allow_many() -> None:
    """Raises this process's limit of open files for all that it starts: at the 1,024 of a plain login MongoDB, which
    holds a file per collection and index, dies of its own success."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = _WANTED if hard == resource.RLIM_INFINITY else min(_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
