"""The request to the owner of a log to send it again to one consumer, and the end of such a replay."""

from typing import Literal

from trackline_schemas.base import View

REPLAY_REQUESTED = "replay.requested.v1"
REPLAY_FINISHED = "replay.finished.v1"


class ReplayRequested(View):
    """`consumer` is the name of the queue that gets the events. `only` limits the replay to these subjects."""

    consumer: str
    of: Literal["tickets", "people"]
    only: list[str] | None = None


class ReplayJob(View):
    """`events` and `subjects` count what has been sent so far."""

    done: bool
    events: int
    subjects: int


class ReplayFinished(View):
    """`events` and `subjects` count what was sent, so that the consumer knows when it has received everything. `job_id`
    is the id of the event that asked for the replay, or the id that the RPC method returned. It keeps a rebuild from
    mistaking the end of another replay for its own. `only` has the subjects to which the replay was limited."""

    job_id: str
    consumer: str
    of: Literal["tickets", "people"]
    events: int
    subjects: int
    only: list[str] | None = None
