"""The progress of setting up an installation. It follows from the present data, so that administrators can leave the
setup and resume it at any step."""

from typing import Literal

from gateway.actions.parts import Parts
from gateway.people.models import SetupView, Step
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError

STEPS: tuple[Step, ...] = ("organisation", "mail", "people", "teams")


async def setup_state(parts: Parts, context: CallContext) -> SetupView:
    directory = parts.people.directory
    organisation = directory.organisation
    done = {
        "organisation": organisation.name is not None,
        "mail": await _mail_tried(parts, context),
        "people": directory.size > 1,
        "teams": any(not person.admin for team in directory.all_teams() for person in directory.members(team.id)),
    }
    steps = {step: _state(done[step], step in organisation.skipped) for step in STEPS}
    finished = all(done.values())
    return SetupView(steps=steps, finished=finished, dismissed=organisation.dismissed)


def next_step(setup: SetupView, after: Step | None = None) -> Step | None:
    """Returns the first open step behind `after`, or else the first open step."""
    start = STEPS.index(after) + 1 if after else 0
    ahead = [*STEPS[start:], *STEPS[:start]]
    return next((step for step in ahead if setup.steps[step] == "open"), None)


def _state(done: bool, skipped: bool) -> Literal["open", "done", "skipped"]:
    return "done" if done else "skipped" if skipped else "open"


async def _mail_tried(parts: Parts, context: CallContext) -> bool:
    try:
        test = (await parts.notifications.mail_settings(context)).last_test
    except ServiceError:
        # The other steps can still be shown.
        return False
    return test is not None and test.state == "sent"
