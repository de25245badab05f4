"""The time zones that people can choose from."""

from itertools import groupby
from operator import itemgetter

from gateway.people.models import ZONES
from gateway.portal.kit import words
from gateway.portal.kit.i18n import gettext


def zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Region → zones with the names of their places; what is no place (Etc/GMT+3, EST) is left to the API."""
    placed = [zone.partition("/") for zone in sorted(ZONES)]
    known = [(region, place) for region, _, place in placed if region in words.REGIONS and place]
    return [
        (gettext(words.REGIONS[region]), [(f"{region}/{place}", place.replace("_", " ")) for _, place in places])
        for region, places in groupby(known, itemgetter(0))
    ]
