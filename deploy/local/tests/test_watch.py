from pathlib import Path

from trackline_local.watch import Watch


class FakeProcess:
    name = "tickets"
    log = Path("/logs/tickets.log")

    def __init__(self) -> None:
        self.running = True
        self.starts = 0

    @property
    def exit_code(self) -> int | None:
        return None if self.running else 1

    def start(self) -> None:
        self.running = True
        self.starts += 1

    def crash(self) -> None:
        self.running = False


def seconds_until_started(watch: Watch, process: FakeProcess, now: float) -> float:
    process.crash()
    for tenth in range(1000):
        if watch.look(now + tenth / 10):
            return tenth / 10
    raise AssertionError("never started again")


def test_what_runs_is_left_alone() -> None:
    process = FakeProcess()
    assert not Watch([process], lambda *_: None, 0).look(10)
    assert process.starts == 0


def test_each_crash_waits_longer_up_to_half_a_minute() -> None:
    process = FakeProcess()
    watch = Watch([process], lambda *_: None, 0)
    now, waits = 0.0, []
    for _ in range(7):
        waits.append(seconds_until_started(watch, process, now))
        now += waits[-1]
    assert waits == [1, 2, 4, 8, 16, 30, 30]


def test_after_a_steady_minute_it_starts_again_soon() -> None:
    process = FakeProcess()
    watch = Watch([process], lambda *_: None, 0)
    for _ in range(3):
        seconds_until_started(watch, process, 0)
    assert seconds_until_started(watch, process, 200) == 1


def test_it_is_said_once_per_crash() -> None:
    process = FakeProcess()
    messages: list[str] = []
    watch = Watch([process], lambda name, text: messages.append(f"{name} {text}"), 0)
    seconds_until_started(watch, process, 0)
    assert messages == ["tickets ended with code 1, restarting it in 1 s; its log is /logs/tickets.log"]
