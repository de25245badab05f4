"""Which passwords people may choose. The estimates are those of the adapter."""

import re
import time

import pytest

from gateway.people.adapters.guesses import ZxcvbnGuesses, _estimate
from gateway.people.domain.known_phrases import KNOWN
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
        ("!QAZ2wsx#EDC4rfv", "password_too_common"),
        ("1qaz@WSX3edc$RFV", "password_too_common"),
        ("!QAZXSW@#EDCVFR$", "password_too_common"),
        ('!QAY"WSX§EDC$RFV', "password_too_common"),
        ("!Q@W#E$R%T^Y", "password_too_common"),
        ('!Q"W§E$R%T&Z', "password_too_common"),
        ("maytheforcebewithyou", "password_too_common"),
        ("May the Force be with you!", "password_too_common"),
        ("YouShallNotPass!", "password_too_common"),
        ("Y0uSh@llN0tP@ss", "password_too_common"),
        ("ThisIsMyPassword", "password_too_common"),
        ("MyPasswordIsSecure", "password_too_common"),
        ("thequickbrownfox", "password_too_common"),
        ("TheQuickBrownFoxJumpsOverTheLazyDog", "password_too_common"),
        ("einszweidreivier", "password_too_common"),
        ("onetwothreefour", "password_too_common"),
        ("deadbeefcafe", "password_too_common"),
        ("tobeornottobe", "password_too_common"),
        ("winteriscoming", "password_too_common"),
        ("iamthebestever", "password_too_common"),
        ("ilovemywifeandkids", "password_too_common"),
        ("йцукенгшщзхъ", "password_too_common"),
        ("ЙЦУКЕН123456", "password_too_common"),
        ("фывапролджэя", "password_too_common"),
        ("явертъуиопшщ", "password_too_common"),  # a row of a Bulgarian keyboard
        ("љњертзуиопшђ", "password_too_common"),  # Serbian
        (";ςερτυθιοπασδ", "password_too_common"),  # Greek
        ("קראטוןםפשדגכ", "password_too_common"),  # Hebrew
        ("любовьморковь", "password_too_common"),
        ("солнышкокотенок", "password_too_common"),
        ("gfhjkm123456", "password_too_common"),  # пароль on Latin keys
        ("lyubov123456", "password_too_common"),
        ("αγαπημενημου", "password_too_common"),
        ("φιλοσοφια123", "password_too_common"),
        ("lordoftherings", "password_too_common"),
        ("iphone15promax", "password_too_common"),
        ("playstation5pro", "password_too_common"),
        ("liverpoolfc1892", "password_too_common"),
        ("arsenalfc1886", "password_too_common"),
        ("openthedoor1", "password_too_common"),
        ("closethewindow", "password_too_common"),
        ("hocuspocus123", "password_too_common"),
        ("fortnite1234", "password_too_common"),
        ("minecraft2011", "password_too_common"),
        ("barackobama44", "password_too_common"),
        ("lionelmessi10", "password_too_common"),
        ("angelinajolie", "password_too_common"),
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


def test_known_phrases_are_written_as_passwords_are_compared() -> None:
    assert [phrase for phrase in KNOWN if not re.fullmatch("[a-z0-9]{4,}", phrase)] == []


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Jørgen Bjørnstad", "jorgen.bjornstad"),
        ("Jørgen Bjørnstad", "Joergen-Bjoernstad-1"),
        ("Jørgen Bjørnstad", "dats-nrojb-negroj"),
        ("Åse Ångström", "aase.aangstroem.1"),
        ("Łukasz Wałęsa", "Lukasz-Walesa-1!"),
        ("Đorđe Đokić", "djordje.djokic"),
        ("Đorđe Đokić", "dorde-dokic-1"),
        ("Ægir Þórsson", "aegir.thorsson"),
        ("Œdipe Cœur", "oedipe.coeur.1"),
        ("Anna Strauß", "anna-strauss-11"),
        ("Şükrü Yıldırım", "sukru.yildirim"),
        ("Guðrún Eiríksdóttir", "gudrun.eiriksdottir"),
        ("Иван Петров", "ivan.petrov.12"),
        ("Иван Петров", "иван.петров.12"),
        ("Ivan Petrov", "иван.петров.12"),
        ("Юлия Жукова", "yulia.zhukova"),
        ("Юлия Жукова", "julia.schukowa"),
        ("Юлия Жукова", "iuliia.zhukova"),
        ("Дмитрий Хрущёв", "dmitry-khrushchev"),
        ("Сергій Шевченко", "serhii.shevchenko"),
        ("Ђорђе Ћирић", "djordje.ciric"),
        ("Γιώργος Παπαδόπουλος", "giorgos.papadopoulos"),
        ("Ελένη Ευαγγέλου", "eleni-evangelou-1"),
    ],
)
def test_the_own_name_is_refused_however_it_is_spelled(name: str, password: str) -> None:
    assert judge(password, own_words(name, [], None), _estimate).refusal == "password_has_own_words"
    assert judge(f"{password} purple tractors", own_words(name, [], None), _estimate).refusal is None


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
