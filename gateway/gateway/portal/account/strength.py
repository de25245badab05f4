"""Words for the strength of a password."""

from collections.abc import Mapping

from gateway.people.models import PasswordStrength
from gateway.portal.kit.i18n import gettext, noop
from gateway.portal.kit.reasons import sentence

SCORES: Mapping[int, str] = {
    0: noop("Very weak"),
    1: noop("Weak"),
    2: noop("Too weak"),
    3: noop("Strong"),
    4: noop("Very strong"),
}


def explain_strength(strength: PasswordStrength) -> str:
    """Returns why nobody may choose the password, or else how strong it is."""
    if strength.reason is None:
        return gettext(SCORES[strength.score])
    return sentence(strength.reason, strength.params, strength.detail or "")
