"""A language for tests: translated letters get another shape, so that one left plain is untranslated."""

import gettext
import re

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPED = "àƀçðéƒĝĥîĵķļɱñôþǫřšţûṽŵẋýžÀƁÇÐÉƑĜĤÎĴĶĻṀÑÔÞǪŘŠŢÛṼŴẊÝŽ"
_SHAPES = str.maketrans(_PLAIN, _SHAPED)
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|\{\w+\})")


def shaped(message: str) -> str:
    """About a third longer, as German is."""
    parts = _KEPT.split(message)
    text = "".join(part if index % 2 else part.translate(_SHAPES) for index, part in enumerate(parts))
    return text + "·" * (len(message) // 3)


class PseudoTranslations(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return shaped(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return shaped(msgid1 if n == 1 else msgid2)
