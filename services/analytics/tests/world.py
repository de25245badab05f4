"""The use cases wired over one set of stores."""

from dataclasses import dataclass
from datetime import timedelta

from analytics.domain.fact import Fact
from analytics.usecases.consume import Consume, step_of
from analytics.usecases.gap import AskForGaps
from analytics.usecases.ports import Facts, Generations, Teams
from analytics.usecases.rebuild import Rebuild
from analytics.usecases.scope import Slices
from analytics.usecases.series import TellSeries
from analytics.usecases.summary import Summarise
from analytics.usecases.ticket import ListCounted

from .fakes import FakeClock, FakeReplays
from .stories import Story

PATIENCE = timedelta(seconds=60)


@dataclass
class World:
    """The use cases over one set of stores; `another_consumer` is a second replica on the same ones."""

    facts: Facts
    generations: Generations
    teams: Teams

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.replays = FakeReplays()
        self.consume = self.another_consumer()
        slices = Slices(self.generations, self.teams, self.clock)
        self.summary = Summarise(self.facts, slices)
        self.series = TellSeries(self.facts, slices)
        self.tickets = ListCounted(self.facts, slices)
        self.rebuild = Rebuild(self.facts, self.generations, self.replays, self.clock, PATIENCE)
        self.gaps = AskForGaps(self.facts, self.generations, self.replays, self.clock, PATIENCE)

    def another_consumer(self) -> Consume:
        return Consume(self.facts, self.generations, self.teams, self.clock, PATIENCE)

    def settled(self) -> None:
        """Ends the rebuild that every new store begins with."""
        building = self.generations.read(self.clock.now).building
        assert building is not None
        assert self.generations.switch(building, self.clock.now)

    def live(self, *stories: Story) -> dict[str, Fact]:
        """What the answering generation holds of these tickets, without the traces of how it got there."""
        generation = self.generations.read(self.clock.now).live
        facts = self.facts.load(generation, [story.id for story in stories])
        for fact in facts.values():
            fact.revision = fact.replayed = 0
        return facts


def in_order(*stories: Story) -> dict[str, Fact]:
    facts = {story.id: Fact(story.id) for story in stories}
    for story in stories:
        for event in story.events:
            facts[story.id].take(step_of(event))
    return facts
