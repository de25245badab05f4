"""The use cases with one set of stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from analytics.domain.fact import Fact
from analytics.usecases import gap, rebuild, series, summary, ticket
from analytics.usecases.consume import consume
from analytics.usecases.fact import to_step
from analytics.usecases.ports import FactStore, GenerationStore, Ports
from trackline_core.team import TeamStore
from trackline_schemas.analytics import CountedQuery, Series, SeriesQuery, Summary, SummaryQuery, TicketFigures
from trackline_schemas.events import Event, TeamChanged
from trackline_schemas.paging import Page
from trackline_schemas.viewer import Viewer

from .fakes import FakeBus, FakeClock
from .stories import Story

PATIENCE = timedelta(seconds=60)


@dataclass
class World:
    """The use cases with one set of stores. They have no state of their own, so each call may be from another
    replica."""

    facts: FactStore
    generations: GenerationStore
    teams: TeamStore

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.bus = FakeBus()
        self.ports = Ports(self.facts, self.generations, self.teams, self.bus.publish, self.clock, PATIENCE)

    def consume(self, events: Sequence[Event]) -> None:
        consume(self.ports, events)

    def team(self, team_id: str, *, confidential: bool) -> None:
        self.teams.apply(TeamChanged(id=team_id, name=team_id, confidential=confidential), 1)

    def summary(self, query: SummaryQuery, viewer: Viewer) -> Summary:
        return summary.summary(self.ports, query, viewer)

    def series(self, query: SeriesQuery, viewer: Viewer) -> Series:
        return series.series(self.ports, query, viewer)

    def tickets(self, query: CountedQuery, viewer: Viewer) -> Page[TicketFigures]:
        return ticket.tickets(self.ports, query, viewer)

    def rebuild(self, viewer: Viewer) -> str:
        return rebuild.rebuild(self.ports, viewer)

    def advance(self) -> bool:
        return rebuild.advance(self.ports)

    def ask_for_gaps(self) -> list[str]:
        return gap.ask(self.ports)

    def complete_first_rebuild(self) -> None:
        """Completes the rebuild with which every new store begins."""
        building = self.generations.read(self.clock.now).building
        assert building is not None
        assert self.generations.switch(building, self.clock.now)

    def live(self, *stories: Story) -> dict[str, Fact]:
        """Returns the facts of these tickets in the live generation, without the fields that depend on the order of
        events."""
        generation = self.generations.read(self.clock.now).live
        facts = self.facts.load(generation, [story.id for story in stories])
        for fact in facts.values():
            fact.revision = fact.replayed = 0
        return facts


def fold_in_order(*stories: Story) -> dict[str, Fact]:
    facts = {story.id: Fact(story.id) for story in stories}
    for story in stories:
        for event in story.events:
            facts[story.id].take(to_step(event))
    return facts
