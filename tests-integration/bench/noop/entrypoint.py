from trackline_chassis.bus import Bus
from trackline_chassis.entrypoints import App, Call, rpc
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Wiring


def build(_settings: ChassisSettings, _bus: Bus) -> Wiring[None]:
    return Wiring(None)


class NoopService:
    name = "noop"
    app = App(build)
    call = Call()

    @rpc
    def nothing(self) -> None:
        return None
