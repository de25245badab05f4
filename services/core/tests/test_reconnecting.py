from itertools import islice

from trackline_core.reconnecting import FIRST, LONGEST, pauses


def test_the_first_attempts_come_at_once_and_the_others_within_half_a_second() -> None:
    waited = list(islice(pauses(), 50))
    assert waited[0] <= FIRST
    assert all(0 < one <= LONGEST <= 0.5 for one in waited)
    assert sum(waited) < 50 * LONGEST


def test_processes_do_not_come_back_at_the_same_moment() -> None:
    assert len({round(next(islice(pauses(), 5, None)), 6) for _ in range(20)}) > 15
