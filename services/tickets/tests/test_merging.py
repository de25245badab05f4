from tickets.domain.merge import find_conflicts


def test_fields_that_nobody_else_changed_are_no_conflict() -> None:
    assert find_conflicts({"title": "a", "impact": 1}, {"title": "b"}, [{"impact": (3, 1)}]) == {}


def test_a_conflict_has_all_three_values() -> None:
    since = [{"title": ("a", "b")}, {"title": ("b", "c")}]
    expected = {"title": {"base": "a", "theirs": "c", "mine": "d"}}
    assert find_conflicts({"title": "c"}, {"title": "d"}, since) == expected


def test_the_same_value_from_both_is_no_conflict() -> None:
    assert find_conflicts({"title": "c"}, {"title": "c"}, [{"title": ("a", "c")}]) == {}


def test_a_change_that_was_reverted_is_no_conflict() -> None:
    assert find_conflicts({"title": "a"}, {"title": "d"}, [{"title": ("a", "b")}, {"title": ("b", "a")}]) == {}
