import time

import pytest

from tickets.domain.excerpt import LENGTH, excerpt


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Please **restart** it.", "Please restart it."),
        ("## Steps\n\n1. Open [the page](https://example.org)\n2. _Wait_", "Steps 1. Open the page 2. Wait"),
        ("> it is down\n\n- [x] done\n* **now** `ls -l`", "it is down [x] done now ls -l"),
        ("```sh\nrm *.tmp\n```", "rm *.tmp"),
        ("| Host | State |\n| --- | --- |\n| web_1 | *down* |", "Host · State web_1 · down"),
        ("2 * 3 * 4, a_b_c, **open", "2 * 3 * 4, a_b_c, **open"),
    ],
)
def test_the_excerpt_of_markdown_has_no_marks(text: str, shown: str) -> None:
    assert excerpt(text, "markdown") == shown


def test_the_excerpt_of_plain_text_is_as_it_was_written() -> None:
    assert excerpt("# It **is**\n- so") == "# It **is** - so"


@pytest.mark.parametrize("part", ["**", "*a", "_a ", "[", "![a](", "> ", "- - ", "| ", "-:|", "`", "# "])
def test_the_excerpt_of_a_hostile_text_costs_little(part: str) -> None:
    before = time.thread_time()
    assert len(excerpt(part * 20_000, "markdown")) <= LENGTH
    assert time.thread_time() - before < 0.1
