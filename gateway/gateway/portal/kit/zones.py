"""The time zones that people can choose from."""

from itertools import groupby
from operator import itemgetter

from gateway.people.models import ZONES
from gateway.portal.kit import words
from gateway.portal.kit.i18n import gettext


def zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Returns (region, [(zone, name of the place)]). Zones that are no place, such as Etc/GMT+3, are left out."""
    placed = [zone.partition("/") for zone in sorted(ZONES)]
    known = [(region, place) for region, _, place in placed if region in words.REGIONS and place]
    return [
        (gettext(words.REGIONS[region]), [(f"{region}/{place}", place.replace("_", " ")) for _, place in places])
        for region, places in groupby(known, itemgetter(0))
    ]
