"""The conclusions of `make bench-against` from its figures."""

import pytest
from bench import against, pairs
from bench.against import Measured
from bench.pairs import compare, per_request, spread


def test_a_ratio_is_the_median_of_the_pairs_ratios() -> None:
    compared = compare([(10, 11), (20, 20), (30, 33), (10, 13), (10, 11)])

    assert compared is not None
    assert (compared.old, compared.new, compared.ratio) == (10, 13, 1.1)
    assert (compared.low, compared.high) == (1.0, 1.3)


@pytest.mark.parametrize(("count", "left_out"), [(2, 0), (3, 0), (5, 0), (7, 0), (8, 0), (9, 1), (12, 2), (20, 5)])
def test_the_more_pairs_the_more_of_the_outermost_are_left_out(count: int, left_out: int) -> None:
    assert spread(list(range(count))) == (left_out, count - 1 - left_out)


def test_the_interval_holds_the_median_as_often_as_it_says() -> None:
    # Each of 7 values is below or above the median. The interval from the lowest to the highest misses the median
    # only if all are on one side, which this counts.
    missed = sum(sides in {0, 2**7 - 1} for sides in range(2**7)) / 2**7
    assert pairs._confidence(7, 0) == 1 - missed
    assert pairs._confidence(5, 0) >= pairs.CONFIDENCE > pairs._confidence(4, 0)


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ([0.99, 1.0, 1.0, 1.01, 1.02], "same"),
        ([1.04, 1.05, 1.05, 1.06, 1.07], "more"),
        ([0.9, 0.91, 0.92, 0.95, 0.96], "less"),
        # some pairs are beyond 3 % less, and none is beyond 3 % more
        ([0.9, 0.95, 0.97, 1.0, 1.02], "bounded"),
        ([0.9, 0.95, 0.97, 1.0, 1.04], "open"),
        # most pairs are beyond 3 % but one is not, so the spread is not beyond it
        ([1.02, 1.05, 1.05, 1.06, 1.07], "open"),
        ([0.8, 1.0, 1.0, 1.0, 1.3], "open"),
        # four pairs are too few: they agree too often by chance
        ([1.1, 1.1, 1.1, 1.1], "open"),
    ],
)
def test_a_difference_counts_when_the_whole_spread_is_beyond_it(ratios: list[float], verdict: str) -> None:
    compared = compare([(100, 100 * ratio) for ratio in ratios])

    assert compared is not None
    assert compared.verdict == verdict


@pytest.mark.parametrize("measured", [[], [(0.0, 1.0)], [(1.0, 1.0), (1.0, -0.1)]])
def test_nothing_is_said_where_nothing_was_measured(measured: list[tuple[float, float]]) -> None:
    assert compare(measured) is None


def test_idling_does_not_count_for_a_request() -> None:
    spent = per_request({"gateway": 10.0}, {"gateway": 13.0}, {"gateway": 0.2}, seconds=5, requests=100)

    assert spent == {"gateway": pytest.approx(0.02)}


def test_the_report_shows_the_whole_cost_its_larger_parts_and_the_rate() -> None:
    old = Measured({"gateway": 0.002, "tickets": 0.001, "analytics": 0.00001}, 100)
    new = Measured({"gateway": 0.003, "tickets": 0.001, "analytics": 0.00009}, 80)

    shown = {(operation, what): one.verdict for operation, what, one in against.rows({"get": [(old, new)] * 5})}

    assert shown == {
        ("get", "CPU, ms"): "more",
        ("get", "gateway"): "more",
        ("get", "tickets"): "same",
        ("get", "per second"): "less",
    }
