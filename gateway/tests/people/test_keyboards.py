"""Rows of the keys of any keyboard are no passwords."""

import unicodedata
from collections.abc import Iterator
from itertools import product

import pytest

from gateway.people.adapters.guesses import _estimate
from gateway.people.domain.keyboards import KEYBOARDS, QWERTY, Keyboard
from gateway.people.domain.latin_keys import on_latin_keys
from gateway.people.domain.password_rule import judge


def refusal(password: str) -> str | None:
    return judge(password, [], _estimate).refusal


@pytest.mark.parametrize(
    "password",
    [
        "ضصثقفغعهخحجچ",  # Persian
        "شسیبلاتنمکگ1",
        "ضصثقفغعهخحجد",  # Arabic
        "ظزوةىلارؤءئ12",  # with the key لا
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ12",  # Korean
        "ㅂㅈㄷㄱ쇼ㅕㅑㅐㅔ123",  # as a Korean keyboard joins it
        "ㅁㄴㅇㄹ호ㅓㅏㅣ1234",
        "ქწერტყუიოპ12",  # Georgian
        "ๆไำพะัีรนยบล",  # Thai
        "ฟหกดเ้่าสวง1",
        "งวสา่้เดกหฟ1",
        "fgğıodrnhpqw",  # Turkish F
        "FGĞIODRNHPQW",
        "qwfpgjluy;12",  # Colemak
        "arstdhneio12",
        "1oienhdtsra2",
        "',.pyfgcrl12",  # Dvorak
        "bépoè^vdljz1",  # Bépo
        "xvlcwkhgfq12",  # Neo
        "uiaeosnrtd12",
        "qwertyuiopğü",  # Turkish Q
        "+ěščřžýáíé12",  # the digits of a Czech keyboard
        "ճփբսմոււկըթծ",  # Armenian
        "ौैाीूबहगदज12",  # Devanagari
        "たていすかんなにらせ12",  # Japanese
        "タテイスカンナニラセ12",
        "ㄆㄊㄍㄐㄔㄗㄧㄛㄟㄣ12",  # Bopomofo
        "љњертзуиопшђ",  # Serbian
        "йцукенгшўзх12",  # Belarusian
        ":ΣΕΡΤΥΘΙΟΠ12",  # Greek, where Σ has two keys
        "طصھدٹپتبجح12",  # Urdu, NLA and Windows
        "مورنلہاکی123",
        "چۋېرتيۇڭوپ12",  # Uyghur
        "قصيرتٿعڳوپ12",  # Sindhi
        "قوىرتيؤئءڤ12",  # Pegon
        "քոեռտըւիօպ12",  # Armenian, by sound
        "խւէրտեըիոպ12",
        "йөукенгшәз12",  # Tatar
        "явертиуіоп12",  # Ukrainian, by sound
        "ܔܨܖܩܦܜܥܗܞܚ12",  # Syriac
        "ⴰⵣⴻⵔⵜⵢⵓⵉⵄⵃ12",  # Tifinagh
        "ᏆᏫᏣᏏᏘᏲᎭᏱᏬᏪ12",  # Cherokee
        "jduaxphlmwß1",  # Bone
        "auiectsrnmç1",  # Bépo, without the comma between the letters
        "AUIECTSRNM12",
        "öüóőúéáűíöüó",  # the letters that only a Hungarian keyboard has
        "íűáéúőóüöíűá",
        "åß∂ƒ©˙∆˚¬…æ1",  # Option on a Mac
        "œ∑´®†¥¨ˆøπ“‘",
        "¡™£¢∞§¶•ªº–≠",
        "@ł€¶ŧ←↓→øþ12",  # AltGr
        "@ſ€¶ŧ←↓→øþ12",
        "æſðđŋħ.ĸł˝12",
        "f1g2ğ3ı4o5d6",  # Turkish F, between two rows
        "q+wěešrčtřzž",  # Czech
        "q1w2f3p4g5j6",  # Colemak
        "'1,2.3p4y5f6",  # Dvorak
    ],
)
def test_a_row_of_another_keyboard_is_refused(password: str) -> None:
    assert refusal(password) == "password_too_common"


@pytest.mark.parametrize("name", KEYBOARDS)
def test_each_row_is_refused_forward_and_backward_and_with_digits(name: str) -> None:
    accepted = [password for password in _rows_of_letters(KEYBOARDS[name]) if refusal(password) is None]
    assert accepted == []


def _rows_of_letters(keyboard: Keyboard) -> Iterator[str]:
    for level, y in product((keyboard.alone, keyboard.shifted), (1, 2, 3)):
        keys = [level.get((x, y), "") for x in range(1, 11)]
        # Behind Shift, there are keys that type nothing, or marks.
        if level is keyboard.alone or all(map(str.isalpha, keys)):
            for row in ("".join(keys), "".join(reversed(keys))):
                yield from (row.ljust(12, "1"), f"1{row}".ljust(12, "2"))


def test_two_rows_in_turn_are_refused() -> None:
    rows = {name: _two_rows_in_turn(keyboard) for name, keyboard in KEYBOARDS.items()}
    # Some keyboards type nothing by one of these keys, and others one sign by two of them.
    full = {name: row for name, row in rows.items() if len(set(row)) >= 12}
    assert len(full) > 100
    assert [name for name, row in full.items() if refusal(row) is None] == []


def _two_rows_in_turn(keyboard: Keyboard) -> str:
    return "".join(keyboard.alone.get((x, y), "") for x in range(1, 7) for y in (1, 0))


@pytest.mark.parametrize("name", KEYBOARDS)
def test_the_file_has_all_keys_of_a_keyboard(name: str) -> None:
    keyboard = KEYBOARDS[name]
    assert keyboard.alone.keys() <= QWERTY.alone.keys() >= keyboard.shifted.keys()
    assert len(keyboard.alone) >= len(QWERTY.alone) - 6
    typed = [*keyboard.alone.values(), *keyboard.shifted.values()]
    assert typed == [unicodedata.normalize("NFC", text) for text in typed]


@pytest.mark.parametrize(
    "password",
    [
        "رمز من اربع كلمات",
        "네 개의 단어로 된 암호",
        "四つのことばのパスワード",
        "ოთხი სიტყვის პაროლი",
        "รหัสผ่านจากสี่คำ",
        "चार शब्दों का पासवर्ड",
        "dört kelimeden parola",
        "öt fűzfa őszi ködben",
        "čtyři žluté krávy",
        "کرسی نیلا درخت پانی",
        "quatre mots très différents",
    ],
)
def test_words_of_other_alphabets_are_accepted(password: str) -> None:
    assert refusal(password) is None


def test_words_on_another_latin_keyboard_are_no_words_on_qwerty() -> None:
    # "password" on the keys of Dvorak.
    assert "password1234" not in on_latin_keys("laoo,soh1234")
