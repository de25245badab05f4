"""The words outside of ASCII that people write most often in the languages of cp1252: “être”, “più”, “não”."""

from functools import cache

from stopwordsiso import stopwords

from trackline_csv.letters import LETTERS

_LANGUAGES = "ca da de es fi fr ga gl it nl no pt sv".split()


def is_common(text: str) -> bool:
    """Tells whether one of the words of the text is common: “l’être” is."""
    return any(word.lower() in _words() for word in LETTERS.findall(text))


@cache
def _words() -> frozenset[str]:
    return frozenset(word for word in stopwords(_LANGUAGES) if not word.isascii())
