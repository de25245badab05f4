"""How the text of a CSV file is written."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """`bom` tells whether the file begins with a byte order mark. `declared` tells whether its first line names the
    delimiter (`sep=;`), which Excel reads."""

    encoding: str = "utf-8"
    bom: bool = False
    delimiter: str = ","
    line_end: str = "\r\n"
    declared: bool = False

    @property
    def named(self) -> str:
        """The encoding by the name under which people choose it."""
        return self.encoding.removesuffix("-le").removesuffix("-be").replace("_", "-")
