"""No file is read in a wrong encoding without a word."""

from itertools import pairwise, product
from pathlib import Path

import pytest

from trackline_csv import ENCODINGS, Unreadable, decode, open_table
from trackline_testing.csv_languages import CENTRAL, Case, cases

CASES = list(cases())


def read(content: bytes) -> str | None:
    try:
        return decode(content).text
    except Unreadable:
        return None


def is_read_in_silence(content: bytes) -> bool:
    try:
        return not decode(content).doubts
    except Unreadable:
        return False


@pytest.mark.parametrize("case", [case for case in CASES if case.encoding == "cp1252"], ids=str)
def test_a_file_of_windows_in_western_europe_is_read(case: Case) -> None:
    if "\n" in case.text:
        assert decode(case.text.encode("cp1252"))[:2] == (case.text, "cp1252")
    else:
        assert read(case.text.encode("cp1252")) in (case.text, None)


@pytest.mark.parametrize("case", [case for case in CASES if case.encoding != "cp1252"], ids=str)
def test_a_file_of_another_encoding_is_read_rightly_or_refused(case: Case) -> None:
    assert read(case.text.encode(case.encoding)) in (case.text, None)


@pytest.mark.parametrize(
    "text",
    [
        "Name\nŠkoda\nMüller\n",
        "Name;E\n" + "Müller;Gerät für München prüfen\n" * 1000 + "Filter;10 µm\n",
        "Titel;Text\nÖl;Kondensator 3 µF, 2 µF\n",
        "Titel\n10 µm Folie\n",
        "Name\nŠimon Žižek\n",
        "Name\nSigurður\nGuðrún\nJürgen\n",
        "Name\nMatjaž Žagar\nSašo Šuštar\n",
        "Name;Firma\n" + "Jürgen Müller;Bäcker\n" * 300 + "Bea;Škoda\n",
        "t\n100 µl Pipette für Labor; 10 µl; 20 µl\n",
        "t\n¿Dónde está? ¡Aquí!\n",
        "t\n© 2024 Firma®, Größe 50 m², 20 °C, 5 €, §\u00a05, 3 ½, ±2, 4×4\n",
        "t\nHonoré d’Œuvre, Agnès Obœuf, L’œil, Lætitia, Aïcha, Noël, forêt\n",
        "t\niÄrger mit PräsÜbersicht, STRAßE, GROß, TÜV\n",
        "t\n„Zitat“ – ‚klein‘ … »so« «ainsi» “this” ‘that’ it’s l’eau\n",
        "t\nPerché è così più? Nicolò D’Angelò\n",
        "Name\nPáez, Sáenz, Eloá, Ó hÉalaí, Vildeøy, Øivind, Gundersenrøa\n",
        "t\nCol·legi, perquè, història, Lluç\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_common_texts_in_cp1252_stay_so(text: str, end: str) -> None:
    content = text.replace("\n", end).encode("cp1252")
    assert decode(content) == (text.replace("\n", end), "cp1252", [])


@pytest.mark.parametrize("name", ["Özil", "Übel", "ÖPNV", "IÑIGO", "Müller", "Größe"])
def test_a_file_in_cp1252_that_ends_its_lines_with_cr_is_read(name: str) -> None:
    assert decode(f"Name\r{name}\r".encode("cp1252"))[0] == f"Name\r{name}\r"


@pytest.mark.parametrize(
    ("text", "encoding", "line"),
    [
        ("Name\nx\nŁukasz Błaszczyk\n", "cp1250", 3),
        ("Name\nAyşe Yıldız\n", "cp1254", 2),
        ("Name\nPetra Kovačević\n", "cp1250", 2),
        ("Name\nPál Erdős\n", "iso8859-2", 2),
        ("Name;Preis\nToner;5 €\n", "iso8859-15", 2),
        ("Name\nสมชาย ใจดี\n", "cp874", 2),
        ("Name\nJiří Dvořák\n", "cp852", 2),
    ],
)
def test_the_line_of_the_first_letters_that_are_unclear_is_named(text: str, encoding: str, line: int) -> None:
    with pytest.raises(Unreadable, match=f"which letters line {line} contains. Name the encoding"):
        decode(text.encode(encoding))


HUNGARIANS = (
    "Nagy Kovács Tóth Szabó Horváth Varga Molnár Németh Balogh Takács Juhász Mészáros Rácz Szilágyi Török".split()
)
GERMANS = (
    "Jürgen Müller Käthe Groß Jörg Weiß Bäcker Schäfer Köhler König Günther Krüger Böhm Vögel Jäger Möller".split()
)


SHORT = {
    "German": "Müller Groß Größe Büro Gerät Störung Öffnung Ärger Tür Köln Käthe Jörg Özil René Zürich Österreich Löwe",
    "French": "François Château Anaïs où là Geneviève forêt août été réseau Hélène cœur ça Benoît déjà Élodie",
    "Spanish": "José Ángel Óscar Íñigo Peña Muñoz García León avería Begoña impresión",
    "Portuguese": "João São Magalhães Inês Leitão Conceição Simões Gonçalves Açores Luís",
    "Italian": "Città Università più Cantù Nicolò perché così è Forlì",
    "Swedish": "Åsa Sjöberg Göteborg Märta Västerås Åke",
    "Danish": "Søren Kjær Bjørn Ærø Tårnby Åse Østergaard",
    "Icelandic": "Sigurður Ægir Guðrún Þór Björk Jón",
    "Finnish": "Mäkinen Hämäläinen Töölö Äänekoski",
    "Dutch": "Daniël Zoë België hè één coördinator",
}


@pytest.mark.parametrize(
    ("many", "one", "encodings"),
    [
        (HUNGARIANS, "Hegedűs Pál", CENTRAL),
        (HUNGARIANS, "Szőke Anikó", CENTRAL),
        (HUNGARIANS, "Fűrész Éva", CENTRAL),
        (["Kovač", "Babić", "Horvat"], "Françoise", CENTRAL),
        (["Ştefan", "Mădălina", "Iulia"], "Bălan", ("cp1250",)),
        *product([GERMANS], ["Łukasz", "Wałęsa", "Kovačević"], [(*CENTRAL[:2], "cp1257")]),
        (GERMANS, "Şahin", ("cp1250", "iso8859-2", "cp1254")),
        (GERMANS, "Yılmaz", ("cp1254", "cp857")),
        (GERMANS, "Jānis", ("cp1257",)),
        (GERMANS, "5 €", ("iso8859-15",)),
        ([], "Kovač", CENTRAL[:2]),
        ([], "Oğuz", ("cp1254",)),
        ([], "İbrahim", ("cp1254",)),
        ([], "Kęstutis", ("cp1257",)),
        ([], "Šimon", ("iso8859-2",)),
    ],
)
def test_a_word_that_another_encoding_explains_is_never_read_without_a_word(
    many: list[str], one: str, encodings: tuple[str, ...]
) -> None:
    for encoding, times in product(encodings, (1, 4)):
        text = "\r\n".join(["Name;E-Mail", *(f"{name};p@x.example" for name in many * times), f"{one};q@x.example", ""])
        content = text.encode(encoding)
        assert read(content) == text or not is_read_in_silence(content), (encoding, times)


@pytest.mark.parametrize(
    ("many", "one", "encoding"),
    [
        (HUNGARIANS, "Szőke", "cp1250"),
        (HUNGARIANS, "Jenő", "iso8859-2"),
        (GERMANS, "Łukasz", "cp1250"),
        (GERMANS, "Kovačević", "cp1250"),
        (GERMANS, "Wałęsa", "cp1257"),
        (GERMANS, "Yıldız", "cp1254"),
    ],
)
def test_a_word_that_only_another_encoding_explains_is_named(many: list[str], one: str, encoding: str) -> None:
    found = decode("\n".join([*many * 4, one, ""]).encode(encoding))
    assert [doubt.word for doubt in found.doubts if doubt.word in found.text.splitlines()[-1]]


@pytest.mark.parametrize("text", ["Name;E-Mail\n{};m@x.example\n", "{}\r\nx\r\n", "Titel;Text\r\nDrucker;{} x\r\n"])
@pytest.mark.parametrize(("language", "words"), SHORT.items())
def test_a_file_with_one_or_two_words_that_tell_its_encoding_is_read(text: str, language: str, words: str) -> None:
    for one, two in pairwise(["", *words.split()]):
        for given in (text.format(two), text.format(f"{one} {two}")):
            found = decode(given.encode("cp1252"))
            assert found[:2] == (given, "cp1252"), (language, found)
            assert language != "German" or not found.doubts


@pytest.mark.parametrize(
    ("encoding", "words", "other"),
    [
        ("cp1254", "Doğan", "cp1254"),
        ("cp1254", "Oğuz Yağmur", "cp1254"),
        ("cp1250", "Genevičve", "cp1250"),
        ("iso8859-2", "Fűrész", "cp1250"),
        ("cp1257", "aoūt", "cp1257"),
    ],
)
def test_words_that_may_be_others_are_named(encoding: str, words: str, other: str) -> None:
    found = decode(f"Name\nMüller {words}\n".encode(encoding))
    assert found.encoding == "cp1252"
    assert [(doubt.other, doubt.encoding) for doubt in found.doubts] == [(word, other) for word in words.split()]
    assert all(doubt.word in found.text for doubt in found.doubts)
    assert not decode(f"Name\nMüller {words}\n".encode(encoding), encoding).doubts


def test_many_words_that_may_be_others_are_another_encoding() -> None:
    turks = "Doğan Aydın Oğuz Yağmur Tuğba Şahin Ağca"
    assert read(f"Name\n{turks}\n".encode("cp1254")) is None


@pytest.mark.parametrize("word", "déçu Janßen Galvañ Suíça Irã Jomfruøerne oversøisk bhodžpuri".split())
def test_words_of_western_europe_are_words(word: str) -> None:
    text = f"Name\n{word} Jürgen João Søren\n"
    assert decode(text.encode("cp1252")) == (text, "cp1252", [])


APOSTROPHES = [
    "Can’t open Outlook,User’s laptop won’t start|Need add’l monitor,It doesn’t fit",
    "Can’t log in,Int’l calls|Ma’am,O’Neill",
    "Hawai’i office is offline,It doesn’t print",
    "Ra’ed Haddad can’t log in,It doesn’t print",
    "Foto’s niet zichtbaar,Collega’s|Zo’n melding,A4’tjes",
    "L’utente non accede,Quest’anno non va|un’altra stampante,Senz’altro è un problema",
    "C’è un virus,un’altra stampante|Com’è possibile?,Cos’è|Anch’io,dov’è",
    "geht’s nicht,so’ne Meldung|Wie geht’n das,für’s Büro",
    "Vaa’an näyttö,ei toimi|Nordea’n tunnus,rei’ittää",
]


@pytest.mark.parametrize("text", APOSTROPHES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_apostrophe_stands_between_any_letters(text: str, end: str) -> None:
    for rows in ([text], text.split("|")[:1], text.split("|")[-1:]):
        whole = end.join(["title,description", *"|".join(rows).split("|"), ""])
        assert decode(whole.encode("cp1252"))[:2] == (whole, "cp1252")


@pytest.mark.parametrize("word", ["García", "Martín", "Cristóbal", "Donà", "Boldó", "België"])
def test_a_sign_that_is_a_letter_elsewhere_is_named_if_it_is_all(word: str) -> None:
    for encoding in ("mac-roman", "cp850"):
        content = f"Name\n{word}\n".encode(encoding)
        assert read(content) in (f"Name\n{word}\n", None) or not is_read_in_silence(content), encoding


@pytest.mark.parametrize(
    "text",
    ["Sofía Díaz", "María García", "Víctor Ruíz", "Alicia Vía", "hoy día la pantalla queda fría", "mi país,Lucía"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_no_accent_of_a_mac_is_an_apostrophe_without_a_word(text: str, end: str) -> None:
    found = decode(f"title,body{end}{text},x{end}".encode("mac-roman"))
    words = {word for word in text.replace(",", " ").split() if not word.isascii()}
    assert found.encoding == "mac-roman" or {doubt.other for doubt in found.doubts} == words


@pytest.mark.parametrize(
    "text", ["costs 5 €|costs 90 €", "• one|• two", "£5", "Montag–Freitag", "Curaçao", "François cannot log in"]
)
def test_a_sign_or_one_ordinary_word_is_no_doubt(text: str) -> None:
    whole = "\n".join(["title,body", *(f"Invoice,{one}" for one in text.split("|")), ""])
    assert decode(whole.encode("cp1252")) == (whole, "cp1252", [])


@pytest.mark.parametrize(
    ("word", "encoding"), [("Östeuropa", "mac-roman"), ("Ækvatorialguinea", "cp850"), ("birmański", "cp852")]
)
def test_one_word_that_only_another_encoding_explains_is_named(word: str, encoding: str) -> None:
    assert not is_read_in_silence(f"title,body\n{word},x\n".encode(encoding))


@pytest.mark.parametrize("text", ["L’eau", "Mr D’Amico", "O’Neill", "l’imprimante n’imprime pas", "User’s laptop"])
def test_an_elision_is_no_doubt(text: str) -> None:
    whole = f"title,body\n{text},x\n"
    assert decode(whole.encode("cp1252")) == (whole, "cp1252", [])


def test_words_of_a_mac_tell_that_a_sign_is_a_letter() -> None:
    text = "Name\nGarcía\nJosé Peña\nMartín\nÁngel\n"
    assert decode(text.encode("mac-roman"))[:2] == (text, "mac-roman")


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("Harboøre", "Søren Kjær Bjørn Ærø Tårnby Åse Østergaard Kåre"),
        ("Jomfruøyane", "Tromsø Bodø Ærø Røst Lærdal Nærøy Førde Ålesund"),
        ("Sibrandahûs", "Daniël Zoë België één Noël Loïs coördinator Curaçao"),
        ("Hûns", "Daniël Zoë België één Noël Loïs coördinator Curaçao"),
        ("Aþena", "Sigurður Ægir Guðrún Þór Björk Jón Davíð Ásgeir"),
        ("Geòrgia", "Núria Cèlia Xènia Mònica Lluïsa història València Martí"),
        ("Çà", "Où êtes là été réseau forêt Hélène"),
    ],
)
def test_one_word_refuses_no_file_of_western_europe(word: str, others: str) -> None:
    for times in (1, 10):
        text = "\r\n".join(["Name", *others.split() * times, word, ""])
        found = decode(text.encode("cp1252"))
        assert found[:2] == (text, "cp1252")
        assert len(found.doubts) <= 4


TICKETS = [
    "Ecrã;Bom dia, sou o João Magalhães, o ecrã não liga",
    "Ecrã partido;O ecrã do portátil está preto|Cidadã;A irmã da cidadã tem o ecrã avariado",
    "Søppelpost;Vi får uønsket e-post på fellesadressen",
    "Uønsket mail;Mange uønskede mails",
    "Uøkonomisk;Uøvet bruger med uønskede mails|Harboøre;Søren kører ikke længere",
    "Áætlun;Vantar aðgang að áætluninni|Þýðing;Þýðingin opnast ekki í Word",
    "Alþýða;Alþýðusamband, áætlun, þýðing, áætlanir",
    "Net;Það hefur verið með, við, þú, eða, niðri, síðan, þegar, þau á að fá og í þrjú ár, þótt það sé frá",
    "Conèixer;No puc conèixer les conseqüències|Impressora;Això és la qüestió, però també història",
]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("rows", TICKETS)
def test_a_short_file_of_ordinary_words_is_read(rows: str, end: str) -> None:
    text = end.join(["title;description", *rows.split("|"), ""])
    assert decode(text.encode("cp1252"))[:2] == (text, "cp1252")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Petra Kovačević", "cp1250"),
        ("Ecră;Mulţumesc, ecranul fără imagine", "cp1250"),
        ("Ayşe Yıldız, Jörg", "cp1254"),
        ("Printer ne dělá;Tiskárna netiskne, děkuji, Jiří", "iso8859-2"),
    ],
)
def test_a_short_file_that_another_encoding_explains_better_is_no_file_of_the_west(text: str, encoding: str) -> None:
    assert read(f"title;description\n{text}\n".encode(encoding)) is None


COMMON = "être là même Première où più può così Città não está já næste està l’être qu’être ÊTRE".split()


@pytest.mark.parametrize("word", COMMON)
def test_a_common_word_is_no_doubt(word: str) -> None:
    text = f"title;description\nx;{word} x\n"
    assert decode(text.encode("cp1252")) == (text, "cp1252", [])


@pytest.mark.parametrize("word", ["Erdős", "Szűcs", "Doğan", "Kovačević", "Wałęsa"])
def test_a_common_word_ends_no_doubt_about_another_word(word: str) -> None:
    for encoding in ("cp1250", "cp1254"):
        try:
            content = f"title;description\nx;für alle: {word}\n".encode(encoding)
        except UnicodeEncodeError:
            continue
        assert not is_read_in_silence(content)


def test_a_long_file_has_more_foreign_words_and_shows_the_first_20() -> None:
    text = "\n".join([*(f"Müller{place}" for place in range(2000)), *(f"Harboøre{place}" for place in range(40)), ""])
    found = decode(text.encode("cp1252"))
    assert (found.text, found.encoding, len(found.doubts)) == (text, "cp1252", 20)


def test_the_words_of_albania_and_luxembourg_are_words() -> None:
    for text in ("Name\nTiranë\nPërdoruesi\nzakonshëm\n", "Name\nLëtzebuerg\nMëttwoch\nDrécker\n"):
        assert decode(text.encode("cp1252"))[:2] == (text, "cp1252")


@pytest.mark.parametrize("case", [case for case in CASES if case.encoding in ENCODINGS], ids=str)
def test_a_file_is_read_in_the_encoding_that_somebody_names(case: Case) -> None:
    assert decode(case.text.encode(case.encoding), case.encoding) == (case.text, case.encoding, ())


def test_a_mark_comes_before_a_name_and_what_the_encoding_lacks_is_refused(tmp_path: Path) -> None:
    assert decode("\ufeffÄ".encode(), "cp1250") == ("\ufeffÄ", "utf-8", ())
    assert decode("Ä\r\nä\r\n".encode("utf-16"), "utf-16")[1] == "utf-16-le"
    assert decode("Имя\r\n".encode("utf-16-be"), "utf-16")[1] == "utf-16-be"
    for content, named in ((b"a\n\x81", "cp1252"), (b"a\n\xff", "utf-8"), (b"a\nbc\x00", "utf-16")):
        with pytest.raises(Unreadable, match="cannot tell which letters"):
            decode(content, named)
    (tmp_path / "f.csv").write_bytes("Łukasz\n".encode("cp1250"))
    with open_table(tmp_path / "f.csv", "cp1250") as table:
        assert (table.columns, table.form.named) == (["Łukasz"], "cp1250")
