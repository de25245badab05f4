"""What the bootstrap of a service passes to the chassis."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event as Stop
from typing import Generic, TypeVar

from trackline_chassis.mongo import is_store_down

T = TypeVar("T")
Loop = Callable[[Stop], None]


@dataclass
class Wiring(Generic[T]):
    """Entrypoint methods see `app` as self.app. Each of `loops` runs until its argument is set. `checks` raise while
    the service is not ready. `unavailable` returns whether an error means that a store is down, so that events wait
    without using up their attempts."""

    app: T
    loops: Sequence[Loop] = ()
    checks: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    unavailable: Callable[[Exception], bool] = is_store_down
    close: Callable[[], None] = lambda: None
