from random import Random
from typing import Any

import pytest
from pymongo.database import Database

from analytics.adapters.expression import to_expression
from trackline_schemas.filters import And, Condition, Filter, Not, Or, matches

from .stories import HOUR, START

VALUES: dict[str, list[Any]] = {
    "team_id": ["desk", "$number", "", "hr"],
    "tags": ["vpn", "$tags", "sap"],
    "priority": [0, 1, 3, 5],
    "updated_at": [START, START + HOUR],
}


def random_filter(random: Random, depth: int = 0) -> Filter:
    match random.randint(0, 9 if depth < 3 else 5):
        case 6 | 7:
            return And(all=[random_filter(random, depth + 1) for _ in range(random.randint(0, 2))])
        case 8:
            return Or(any=[random_filter(random, depth + 1) for _ in range(random.randint(0, 2))])
        case 9:
            return Not(filter=random_filter(random, depth + 1))
    field = random.choice([*VALUES])
    op = random.choice(
        ["eq", "in", "is_set", *(["lt", "lte", "gt", "gte"] if field in ("priority", "updated_at") else [])]
    )
    values = random.sample(VALUES[field], 2)
    return Condition(field=field, op=op, value={"in": values, "is_set": random.random() < 0.5}.get(op, values[0]))


def random_document(random: Random, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {"_id": number, "number": "desk"}
    for field, values in VALUES.items():
        value = random.choice([None, *values])
        found[field] = [value] * random.randint(0, 1) if field == "tags" and value else value
    return {name: value for name, value in found.items() if value is not None or random.random() < 0.5}


@pytest.mark.parametrize("seed", range(4))
def test_an_expression_holds_where_its_filter_matches(mongo: Database[dict[str, Any]], seed: int) -> None:
    random = Random(seed)
    documents = [random_document(random, number) for number in range(60)]
    mongo.drop_collection("filtered")
    mongo["filtered"].insert_many(documents)
    outcomes = set()
    for filter in [random_filter(random) for _ in range(80)]:
        found = mongo["filtered"].aggregate([{"$project": {"holds": to_expression(filter)}}])
        holds = {row["_id"]: row["holds"] for row in found}
        assert holds == {document["_id"]: matches(filter, document) for document in documents}, filter
        outcomes |= set(holds.values())
    assert outcomes == {True, False}
