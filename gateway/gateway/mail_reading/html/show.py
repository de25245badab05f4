"""The HTML of a mail, as what is shown of it and as text. What would cost too much is shown as text only."""

from gateway.mail_reading.html import page
from gateway.mail_reading.html.outline import DEEPEST, Outline
from gateway.mail_reading.html.pictures import Pictures
from gateway.mail_reading.html.tree import Page, text_of
from gateway.mail_reading.mail import Attachment, Defect, Part

# Newsletters have some hundred thousand characters.
LONGEST = 1_000_000


class Html:
    """Adds what it finds wrong to `defects`."""

    def __init__(self, defects: list[Defect]) -> None:
        self._defects = defects
        self._read: dict[str, Page | Outline] = {}

    def text_of(self, html: str) -> str:
        found = self._look(html)
        return found.text if isinstance(found, Outline) else text_of(found.lines)

    def divide(self, html: str | None, attachments: list[Attachment]) -> tuple[Part, ...]:
        """Returns the parts of the HTML, none of which loads anything. Marks the attachments that it shows."""
        found = self._look(html) if html else None
        if html is None or not isinstance(found, Page):
            return ()
        try:
            return page.divide(found, Pictures(attachments), page.MOST_SWELLING * len(html) + 10_000)
        except page.Swollen:
            self._defects.append(Defect.HTML_LONG)
            return ()

    def _look(self, html: str) -> Page | Outline:
        if html not in self._read:
            self._read[html] = self._begin(html)
        return self._read[html]

    def _begin(self, html: str) -> Page | Outline:
        outline = Outline(html[:LONGEST])
        if outline.deepest <= DEEPEST and len(html) <= LONGEST:
            return page.read(html)
        self._defects.append(Defect.HTML_LONG if len(html) > LONGEST else Defect.HTML_DEEP)
        return outline
