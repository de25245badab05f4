"""Letters that tell people of a new password or other mail addresses of their account, in case it was somebody else."""

from collections.abc import Iterator, Mapping, Sequence

from notifications.channels.mail.letters import letter, with_link
from notifications.channels.mail.ports import MailPorts
from notifications.domain.delivery import Delivery
from trackline_schemas.events import Event, UserChanged

# id → the sequence and the state of the newest known event of the person
Known = dict[str, tuple[int, UserChanged]]


def write_account_notices(ports: MailPorts, events: Sequence[Event]) -> None:
    """Queues the letters about what these events change in the stored people. It must run before the people are saved:
    a process that dies in between finds the same changes again, and the ids of the letters keep them single."""
    news = sorted((event for event in events if not (event.replay or event.historical)), key=lambda one: one.sequence)
    if not news:
        return
    known = _read(ports, {event.subject for event in news})
    rows = [row for event in news for row in _letters(ports, known, event)]
    if rows:
        ports.deliveries.add(rows)


def _read(ports: MailPorts, ids: set[str]) -> Known:
    people, sequences = ports.people.by_ids(ids), ports.people.sequences(ids)
    return {key: (sequences.get(key, 0), person) for key, person in people.items()}


def _letters(ports: MailPorts, known: Known, event: Event) -> Iterator[Delivery]:
    """Yields nothing for the first event of a person, whom somebody has just created."""
    after = UserChanged.model_validate(event.data)
    sequence, before = known.get(after.id, (0, None))
    if event.sequence <= sequence:
        return
    known[after.id] = event.sequence, after
    if before is None:
        return
    if _passwords(after) > _passwords(before):
        cause = f"{after.id}:password:{_passwords(after)}"
        row = letter(cause, after.id, event.actor, "password_changed", ports.clock())
        yield with_link(row, f"{ports.public_url}/forgotten", ports.seal)
    for place, address in enumerate(_told(before.emails, after.emails)):
        cause = f"{event.id}:address:{place}"
        row = letter(cause, after.id, event.actor, "address_changed", ports.clock(), address=address)
        yield with_link(row, f"{ports.public_url}/profile", ports.seal)


def _passwords(person: UserChanged) -> int:
    """Returns how many passwords the account has had. Both epochs also rise when somebody switches the account off or
    on."""
    return person.credentials_epoch - person.keys_epoch


def _told(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Returns the address for mail before and after the change, and those that the account has lost."""
    if list(before) == list(after):
        return []
    lost: Mapping[str, None] = dict.fromkeys(address for address in before if address not in after)
    return list(dict.fromkeys([*after[:1], *before[:1], *lost]))
