"""The fields of a ticket. Standard library only: the domain imports this."""

# Staff wording that a requester never sees, in tickets and in their history alike.
STAFF_FIELDS = frozenset({"priority_reason", "tags"})
