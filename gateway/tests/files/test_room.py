"""The room in the temporary folder: what a person may take, and that it comes back."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.kit.room import KEPT_IN_MEMORY, MOST, Room, Spool
from gateway.kit.settings import Settings
from trackline_schemas.errors import ServiceError

LARGE = bytes(KEPT_IN_MEMORY + 1)


def is_taken(room: Room, person: str, count: int) -> bool:
    """Returns whether the room takes so many bytes of the person."""
    try:
        room.share(person).take(count)
    except ServiceError as error:
        return error.reason != "too_many_files"
    return True


def test_a_person_has_a_limit() -> None:
    room = Room(1000, 100)
    assert is_taken(room, "maria", 60)
    assert not is_taken(room, "maria", 41)
    assert is_taken(room, "maria", 40)
    assert is_taken(room, "tom", 100)
    assert room.taken == 200


def test_nobody_takes_more_than_is_left_for_others() -> None:
    room = Room(1000, 300)
    assert [is_taken(room, name, 250) for name in ("a", "b", "c")] == [True, True, False]
    taken = [sum(is_taken(room, f"greedy {n}", 5) for _ in range(100)) for n in range(5)]
    assert taken == [25, 12, 6, 3, 3]


@pytest.mark.parametrize("greedy", range(13))
def test_everybody_has_a_small_share_that_nobody_else_takes(greedy: int) -> None:
    room = Room()
    for number in range(greedy):
        while is_taken(room, f"greedy {number}", 65_536):
            pass
    taken = sum(is_taken(room, "maria", 10_000) for _ in range(5_000))
    assert taken >= (5_000 if greedy < 4 else 600)
    assert room.taken <= MOST


def test_the_small_shares_are_for_many_people_at_once() -> None:
    room = Room()
    for number in range(8):
        while is_taken(room, f"greedy {number}", 65_536):
            pass
    assert all(is_taken(room, f"modest {number}", 6_000_000) for number in range(17))
    assert not is_taken(room, "greedy 0", 1)


def test_what_was_taken_comes_back_once() -> None:
    room = Room(150, 50)
    share, other = room.share("maria"), room.share("maria")
    share.take(30)
    other.take(20)
    assert not is_taken(room, "maria", 1)
    share.give_back()
    share.give_back()
    assert room.taken == 20
    assert is_taken(room, "maria", 30)


def test_a_file_asks_before_it_grows_and_gives_back_at_its_end() -> None:
    room = Room(150, 50)
    file = Spool(room.share("maria"))
    file.write(bytes(50))
    with pytest.raises(ServiceError):
        file.write(b"x")
    assert (file.seek(0, 2), room.taken) == (50, 50)
    file.close()
    assert room.taken == 0


def full(*_: Any, **__: Any) -> Any:
    """A file that the system does not let grow: each write fails with ENOSPC."""
    return Path("/dev/full").open("w+b")


def over_quota(*_: Any, **__: Any) -> Any:
    raise OSError(errno.EDQUOT, "Disk quota exceeded")


@pytest.mark.parametrize("folder", [full, over_quota])
@pytest.mark.parametrize("use", [lambda file: file.write(LARGE), lambda file: file.fileno()], ids=["write", "fileno"])
def test_a_full_folder_is_a_matter_of_the_moment(
    monkeypatch: pytest.MonkeyPatch, folder: Callable[..., Any], use: Callable[[Spool], Any]
) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", folder)
    room = Room()
    file = Spool(room.share("maria"))
    file.write(bytes(KEPT_IN_MEMORY))
    with pytest.raises(ServiceError) as caught:
        use(file)
    assert (caught.value.code, caught.value.reason) == ("unavailable", "too_many_files")
    file.close()
    assert room.taken == 0


def test_a_full_folder_is_noticed_when_the_rest_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    file = Spool(Room().share("maria"))
    monkeypatch.setattr("tempfile.TemporaryFile", full)
    # This stays in the buffer of the file.
    file.fileno()
    file.write(b"x")
    with pytest.raises(ServiceError):
        file.flush()
    file.close()


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"file_max_bytes": 80_000_000}, "TRACKLINE_TEMPORARY_BYTES_PER_PERSON must"),
        ({"temporary_bytes": 300_000_000}, "TRACKLINE_TEMPORARY_BYTES must"),
    ],
)
def test_the_room_fits_a_form_with_the_largest_file(settings: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        Settings(secret="s" * 32, **settings)
    Settings(secret="s" * 32, file_max_bytes=80_000_000, temporary_bytes_per_person=160_000_000)
