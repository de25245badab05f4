"""Which passwords people may choose. The estimates are those of the adapter."""

import time

import pytest

from gateway.people.adapters.guesses import ZxcvbnGuesses, _estimate
from gateway.people.domain.password_rule import ENOUGH, judge, own_words

WORDS = own_words("Bea Brown-Müller", ["bea.brown@nordwind.example.com"], "Nordwind Logistik GmbH")


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("", "password_too_short"),
        ("K7#vQ!x9zT_", "password_too_short"),
        ("password1234", "password_too_common"),
        ("passwordpassword", "password_too_common"),
        ("Passw0rd-1234!", "password_too_common"),
        ("p.a.s.s.w.o.r.d", "password_too_common"),
        ("drowssap-2026", "password_too_common"),
        ("123456789012", "password_too_common"),
        ("qwertyuiop12", "password_too_common"),
        ("iloveyouforever", "password_too_common"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "password_too_common"),
        ("............", "password_too_common"),
        ("            ", "password_too_common"),
        ("24.12.1984 24.12.1984", "password_too_common"),
        ("bea-brown-2026!", "password_has_own_words"),
        ("Bea Brown 26.11.1984", "password_has_own_words"),
        ("nworB aeB nworB", "password_has_own_words"),
        ("8ea_Br0wn_2026", "password_has_own_words"),
        ("BrownMueller99", "password_has_own_words"),
        ("brown-müller-99", "password_has_own_words"),
        ("bea.brown@nordwind.example.com", "password_has_own_words"),
        ("Nordwind2026!!", "password_has_own_words"),
        ("LogistikLogistik1", "password_has_own_words"),
        ("Trackline2026!", "password_has_own_words"),
        ("tr4ck1in3-b34-br0wn", "password_has_own_words"),
        ("Willkommen2026!", "password_too_common"),
        ("Fruehling2026!", "password_too_common"),
        ("Winter2025/2026", "password_too_common"),
        ("Deutschland2026!", "password_too_common"),
        ("Muenchen2026!!", "password_too_common"),
        ("Januar2026Februar", "password_too_common"),
        ("Monday-Tuesday-1", "password_too_common"),
        ("Sommer2026!Sommer", "password_too_common"),
        ("Geheim-Geheim-1", "password_too_common"),
        ("ssoommmmeerr2026", "password_too_common"),
        ("tiezremmoS2026", "password_too_common"),
        ("IchLiebeDich123", "password_too_common"),
        ("Contraseña2026", "password_too_common"),
        ("MotDePasse2026", "password_too_common"),
        ("correcthorsebatterystaple", "password_too_common"),
        ("раssword123456", "password_too_common"),  # with Cyrillic r and a
        ("αdministrator12", "password_too_common"),  # with a Greek a
        ("password١٢٣٤٥٦", "password_too_common"),
        ("ｐａｓｓｗｏｒｄ１２３４５６", "password_too_common"),
        ("qwertzuiop123", "password_too_common"),
        ("yxcvbnm,.-123", "password_too_common"),
        ("qayxswedcvfr", "password_too_common"),
        ("1qay2wsx3edc", "password_too_common"),
        ("azertyuiop12", "password_too_common"),
        ('!"§$%&/()=?`', "password_too_common"),
        ("BBEEAA_bbrroowwnn", "password_has_own_words"),
        ("bro-wn-mue-ller-1", "password_has_own_words"),
        ("Nord.wind.Logi.stik", "password_has_own_words"),
        ("ServiceDesk2026!", "password_has_own_words"),
        ("ITSupport2026!!", "password_has_own_words"),
        ("TraсklineTraсkline1", "password_has_own_words"),  # with a Cyrillic c
    ],
)
def test_a_bad_password_is_refused(password: str, refusal: str) -> None:
    assert judge(password, WORDS, _estimate).refusal == refusal


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "four unrelated words",
        "K7#vQ!x9zT_m",
        "%&/()=?*+~#-",
        "Bea eats seven purple tractors",
        "Rhabarber Kuchen im Mai",
        "пароль из четырёх слов",
        "0f1e9c77ab3d48c6b2aa90d1",
        "Gurke tanzt gerne Walzer",
        "blauer Elefant frisst Nudeln",
        "Quartz-lantern-otter-57",
    ],
)
def test_a_good_password_is_accepted(password: str) -> None:
    verdict = judge(password, WORDS, _estimate)
    assert (verdict.refusal, verdict.score >= 3) == (None, True)


def test_only_the_own_words_make_the_difference() -> None:
    assert judge("Nordwind Logistik Mai", own_words("Max Meyer", [], None), _estimate).refusal is None
    assert judge("Nordwind Logistik Mai", WORDS, _estimate).refusal == "password_has_own_words"


def test_the_top_of_a_domain_and_short_words_are_nobodys_own() -> None:
    assert own_words("Jo Li", ["jo@example.com"], None) - own_words("", [], None) == {"example", "elpmaxe"}
    assert own_words("", [], None) >= {"trackline", "enilkcart"}


@pytest.mark.parametrize(
    "hostile", ["4@8({[</369&#!1/|0$5+7%2/" * 8, "4@8({[<369!1|0$5+7%2aesitolx" * 8, "a!" * 100, "a" * 200]
)
async def test_the_longest_password_costs_little(hostile: str) -> None:
    """The first two texts took more than a second, because marks can be read as letters in hundreds of ways."""
    guesses, begun = ZxcvbnGuesses(), time.process_time()
    await guesses.judge(hostile[:200], WORDS)
    assert time.process_time() - begun < 0.5
    guesses.close()


def test_a_row_of_marks_is_still_recognised() -> None:
    assert _estimate("!@#$%^&*()_+") < ENOUGH
