import pytest

from gateway.markdown.html import to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A\n\n### B", "<h2>A</h2>\n<h4>B</h4>\n"),
        ("### A\n\n#### B", "<h2>A</h2>\n<h3>B</h3>\n"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>\n"),
        ("|a|\n|-|\n|b|", None),
    ],
)
def test_articles_are_safe_and_begin_with_h2(text: str, html: str | None) -> None:
    made = to_html(text)
    assert html is None or made == html
    assert html is not None or "<table>" in made


def test_a_comment_keeps_its_lines_and_shows_no_picture() -> None:
    html = to_html("Look:\n**here**\n\n![x](https://example.org/a.png) <img src=x onerror=y>", "comment")
    assert "Look:<br>\n<strong>here</strong>" in html
    assert "<img" not in html
    assert 'href="https://example.org/a.png"' in html
