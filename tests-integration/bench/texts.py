"""What people write in the measured tickets and articles: 1,500 titles, and a number of an error in each text, so that
there are as many different words as in real texts."""

from random import Random

THINGS = (
    "printer laptop monitor headset VPN mailbox calendar projector scanner account password dock phone wiki".split()
)
TROUBLES = (
    "does not start", "is slow since this morning", "asks for a password again and again", "shows a blue screen",
    "cannot be reached from home", "prints half a page", "lost its settings", "makes a strange noise",
    "says that the licence has expired", "does not sync", "is missing after the move", "disconnects every hour",
)  # fmt: skip
PLACES = "Building A, Building B, Lisbon, Leipzig, the warehouse, the lab, reception, floor 3, floor 7".split(", ")
SENTENCES = (
    "It worked yesterday, and nobody changed anything.", "A restart did not help.", "Two colleagues have the same.",
    "It is urgent, since the month ends tomorrow.", "The cable was changed already.", "I can send a picture of it.",
    "The error is shown right after signing in.", "Please call me before noon.", "The old one was replaced last week.",
    "We looked at the log: the certificate has expired.", "The driver was installed anew.", "Please try again now.",
    "The account was locked after too many attempts.", "A part has been ordered; it comes tomorrow.",
)  # fmt: skip


def title(dice: Random) -> str:
    thing, trouble, place = (dice.choice(words) for words in (THINGS, TROUBLES, PLACES))
    return f"The {thing} in {place} {trouble}"


def text(dice: Random, sentences: int) -> str:
    chosen = dice.choices(SENTENCES, k=sentences)
    return f"{title(dice)}. {' '.join(chosen)} Error {dice.randrange(1 << 20):x}."
