"""Which of the objects of a heading each role finds in a list."""

import re
from collections.abc import Mapping
from typing import Any

from harness.api import wait_for

from authorisation.cast import Cast
from authorisation.requests import SINCE, Case, answer_sign, send

# Pages of the API hold this many at most. The cast makes fewer.
SIZE = {"page[size]": 100}


def params_of(case: Case) -> Mapping[str, Any]:
    """Returns the query that finds what the cast has made. The newest come first where nothing is asked for."""
    word, shown = case.cast.word, case.cast.object_of(case.row.kind, case.role, case.place)
    queries: Mapping[str, Mapping[str, Any]] = {
        "/api/v1/tickets": SIZE,
        "/api/v1/search": {"q": shown.get("word")},
        "/api/v1/analytics/tickets": {**SINCE, "measure": "created", **SIZE},
        "/search": {"q": shown.get("word")},
        "/answers": {"q": shown.get("word")},
        "/palette": {"q": shown.get("word", word)},
        "/desk/{slug}": {"filter[requester_id]": shown.get("requester_id")},
        "/insights/tickets": {**SINCE, "measure": "created"},
        "/insights/tickets.csv": {**SINCE, "measure": "created"},
        "/api/v1/articles": SIZE,
        "/api/v1/suggest": {"q": word, "size": 20},
        "/new/suggestions": {"title": word},
        "/api/v1/users": {"q": "Person" if case.place == 0 else "Somebody", **SIZE},
        "/api/v1/teams": SIZE,
    }
    return queries.get(case.row.path, {})


def sign_of(case: Case) -> str:
    answer = send(case, {"params": params_of(case)})
    sign = answer_sign(case, answer)
    if sign != "+":
        return sign
    (mark, *_) = case.cast.object_of(case.row.kind, case.role, case.place).values()
    return "+" if re.search(rf"\b{re.escape(mark)}\b", answer.text) else "-"


def wait_until_complete(cast: Cast) -> None:
    """Waits until search and analytics know the last ticket and the last article."""
    last = cast.objects["ticket"]["key-write"][2]
    number = last["number"]
    since = {**SINCE, "measure": "created", **SIZE}
    wait_for(lambda: number in str(cast.admin.get("/search", q=last["word"])))
    wait_for(lambda: number in str(cast.admin.get("/analytics/tickets", **since)))
    wait_for(lambda: len(cast.admin.get("/search", q=cast.word, type="article")["data"]) == 3)
