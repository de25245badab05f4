"""Texts of at most 200,000 characters that cost a parser of Markdown much more than others of their length."""

COSTLY = {
    "images": "![" * 100_000,
    "links": "[" * 200_000,
    "links within links": "[" * 50_000 + "a" + "](b)" * 30_000,
    "emphasis": "*a **a " * 25_000,
    "ticks": "".join("`" * n + " " for n in range(1, 600)),
    "autolinks": "<" * 200_000,
    "open tags": "<a b " * 40_000,
    "quotes": "> " * 100_000,
    "references": "[a]: b\n" * 28_000,
    "wide table": "|a" * 30_000 + "\n" + "|-" * 30_000 + "\n" + "|a" * 30_000,
    "narrow rows": "|a" * 2_000 + "\n" + "|-" * 2_000 + "\n" + "|\n" * 90_000,
    "blank lines": "a\n\n" * 60_000,
}
