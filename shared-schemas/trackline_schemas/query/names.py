"""The words of a query in English and in one more language."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from trackline_schemas.query.fields import ANY, ME, NONE, QUERY_FIELDS, QueryField
from trackline_schemas.text.keys import spellings
from trackline_schemas.wording import noop

# Words that stand for an empty field or for a day, beside those in fields.py.
_NOBODY = noop("nobody")
DAYS = (noop("today"), noop("yesterday"))
# One letter of a name that is missing, too many, wrong or swapped.
_CLOSE = 0.8
# What separates the parts of a query must not be in a word.
_NOT_IN_WORDS = str.maketrans({" ": "-", "_": "-", ",": None, ":": None, '"': None})


class Names:
    """Takes both languages, and writes that of `translate`, which translates an English text."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self._translate = translate
        fields = {word: (word, *field.also, translate(word), translate(field.label)) for word, field in _FIELDS}
        self._fields = _index(fields)
        self._values = {word: _index(self._forms(field)) for word, field in _FIELDS}

    def field(self, typed: str) -> str | None:
        """Returns the English name of the field, or None."""
        return _find(self._fields, typed)

    def value(self, field: str, typed: str) -> str | None:
        """Returns the value itself for a word that the field knows, or None."""
        return _find(self._values[field], typed)

    def field_word(self, field: str) -> str:
        word = slug(self._translate(field))
        return word if self.field(word) == field else field

    def value_word(self, field: str, value: str) -> str:
        """Returns the word for a value, and any other value as it is."""
        if value.isdecimal() or self.value(field, value) != value:
            return value
        text = _text(field, value)
        word = slug(self._translate(text))
        # In English, people know the values of the API.
        english = word == slug(text)
        return value if english or self.value(field, word) != value else word

    def label(self, field: str) -> str:
        return self._translate(QUERY_FIELDS[field].label)

    def value_label(self, field: str, value: str) -> str:
        """Returns what people read for a value that the field knows, and any other value as it is."""
        return self._translate(_text(field, value)) if value in self.values(field) else value

    def fields(self) -> list[str]:
        """Returns the names of all fields as this language writes them."""
        return [self.field_word(word) for word in QUERY_FIELDS]

    def values(self, field: str) -> list[str]:
        """Returns the values that the field knows."""
        return _special(QUERY_FIELDS[field])

    def words(self, field: str) -> list[str]:
        """Returns the values that the field knows as this language writes them."""
        return [self.value_word(field, value) for value in self.values(field)]

    def nearest(self, typed: str) -> str | None:
        """Returns the English name of a field that the word misspells."""
        found = [form for key in _keys(typed) for form in get_close_matches(key, self._fields, 1, _CLOSE)]
        return self._fields[found[0]] if found else None

    def _forms(self, field: QueryField) -> Mapping[str, Iterable[str]]:
        also: dict[str, tuple[str, ...]] = {NONE: (_NOBODY, self._translate(_NOBODY))}
        if field.kind == "number":
            also |= {value: (f"p{value}",) for value in field.values}
        return {
            value: (value, label := field.values.get(value, value), self._translate(label), *also.get(value, ()))
            for value in _special(field)
        }


def slug(text: str) -> str:
    """Returns a label as one word of a query: Waiting for requester → waiting-for-requester."""
    return text.lower().translate(_NOT_IN_WORDS)


def _text(field: str, value: str) -> str:
    known = QUERY_FIELDS[field]
    return _NOBODY if known.kind == "person" and value == NONE else known.values.get(value, value)


def _special(field: QueryField) -> list[str]:
    me = [ME] if field.kind == "person" else []
    days = DAYS if field.kind == "date" else ()
    return [*me, *field.values, *days, *([NONE, ANY] if field.empty else [])]


def _index(forms: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Returns each key of a form → what it stands for. The first form of a thing comes before the others of another."""
    index: dict[str, str] = {}
    lists = {thing: [key for form in known for key in _keys(form)] for thing, known in forms.items()}
    for thing, keys in lists.items():
        index.setdefault(keys[0], thing)
    for thing, keys in lists.items():
        for key in keys:
            index.setdefault(key, thing)
    return index


def _find(index: Mapping[str, str], typed: str) -> str | None:
    return next((index[key] for key in _keys(typed) if key in index), None)


def _keys(text: str) -> tuple[str, ...]:
    return spellings(slug(text))


_FIELDS = list(QUERY_FIELDS.items())
ENGLISH = Names(lambda text: text)
