import pytest

from knowledge.usecases.markdown import plain_text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("## How long\nit takes", "How long\nit takes"),
        ("Press **Connect** or `F5`,\nthen [wait](https://example.org).", "Press Connect or F5, then wait."),
        ("- one\n- two", "one\ntwo"),
        ("| Item | Time |\n|---|---|\n| Laptop | 5 days |", "Item\nTime\nLaptop\n5 days"),
        ("```\nipconfig /all\n```", "ipconfig /all"),
        ("![the rear side](rear.png)", "the rear side"),
        ("", ""),
    ],
)
def test_only_the_text_is_kept(markdown: str, text: str) -> None:
    assert plain_text(markdown) == text
