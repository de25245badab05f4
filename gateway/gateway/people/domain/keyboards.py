"""What a text would be on a Latin keyboard, if somebody typed it on one of another alphabet: йцукен is qwerty."""

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`"
# The same keys in the order of the line above. A blank is a key that types no letter of its own.
_ROWS = {
    "Russian": "йцукенгшщзхъфывапролджэячсмитьбю.ё",
    "Ukrainian": "йцукенгшщзхїфівапролджєячсмитьбю.ґ",
    "Belarusian": "йцукенгшўзх'фывапролджэячсмітьбю.ё",
    "Bulgarian": ",уеишщксдзц;ьяаожгтнвмчюйъэфхпрлб(",
    "Bulgarian, by sound": "явертъуиопшщасдфгхйкл;'зьцжбнм,./ч",
    "Serbian": "љњертзуиопшђасдфгхјклчћѕџцвбнм,. `",
    "Macedonian": "љњертѕуиопшѓасдфгхјклчќзџцвбнм,. `",
    "Greek": ";ςερτυθιοπ[]ασδφγηξκλ΄'ζχψωβνμ,./`",
    "Hebrew": "/'קראטוןםפ][שדגכעיחלךף,זסבהנמצתץ.;",
    "Arabic": "ضصثقفغعهخحجدشسيبلاتنمكطئءؤر ىةوزظذ",
}
_TABLES = [str.maketrans(row, _LATIN) for row in _ROWS.values()]


def on_latin_keys(text: str) -> set[str]:
    """Returns the text as each of the keyboards would have it that types all of its letters, if it has any."""
    small = text.lower()
    if small.isascii():
        return set()
    typed = (small.translate(table) for table in _TABLES)
    return {one for one in typed if one.isascii()}
