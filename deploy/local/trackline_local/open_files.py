import resource

# MongoDB and Elasticsearch ask for this many. A higher limit only costs the Erlang VM memory.
_WANTED = 65_536


def allow_many() -> None:
    """Raises the limit of open files for this process and its children. MongoDB holds a file per collection and index,
    and fails with the 1,024 of a plain login."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = _WANTED if hard == resource.RLIM_INFINITY else min(_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
