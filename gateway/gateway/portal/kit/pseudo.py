"""A pseudo-language for tests: translated letters change their shape, so that plain letters are untranslated ones."""

import gettext
import re

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPED = "àƀçðéƒĝĥîĵķļɱñôþǫřšţûṽŵẋýžÀƁÇÐÉƑĜĤÎĴĶĻṀÑÔÞǪŘŠŢÛṼŴẊÝŽ"
_SHAPES = str.maketrans(_PLAIN, _SHAPED)
_PLACEHOLDER = re.compile(r"(%\(\w+\)[sd]|%%|\{\w+\})")


def pseudo_localize(message: str) -> str:
    """Returns the message in other letters and about a third longer, as German is."""
    parts = _PLACEHOLDER.split(message)
    text = "".join(part if index % 2 else part.translate(_SHAPES) for index, part in enumerate(parts))
    return text + "·" * (len(message) // 3)


class PseudoTranslations(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return pseudo_localize(message)

    def pgettext(self, context: str, message: str) -> str:
        return pseudo_localize(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo_localize(msgid1 if n == 1 else msgid2)
