"""Names and words of many languages, and the encodings in which their files come."""

from collections.abc import Iterator
from typing import NamedTuple

# Language → encodings, names and words.
WESTERN = ("cp1252", "cp850", "mac-roman")
CENTRAL = ("cp1250", "iso8859-2", "cp852")
LANGUAGES = {
    "German": (
        WESTERN,
        "Jürgen Müller|Käthe Groß|Jörg Weiß|Ülkü Bäcker|Änne Schäfer|Gerät für München prüfen|Übergabe",
    ),
    "French": (WESTERN, "André Lefèvre|François Benoît|Hélène Dupré|Zoë Nöel|Le réseau est coupé à l’étage"),
    "Spanish": (WESTERN, "José Muñoz|María Núñez|Iñigo Peña|Ángel Gómez|Belén Ibáñez|¿Dónde está la contraseña?"),
    "Portuguese": (WESTERN, "João Conceição|Ângela Magalhães|Estêvão Simões|Inês Araújo|A impressão não está pronta"),
    "Swedish": (WESTERN, "Åsa Björk|Göran Åkesson|Märta Öberg|Pär Sjöström|Skärmen är släckt på våning två"),
    "Danish": (WESTERN, "Søren Kjær|Jørgen Møller|Åse Bjørnstad|Grethe Nørgaard|Printeren på første sal kører ikke"),
    "Finnish": (WESTERN, "Jyrki Häkkinen|Päivi Mäkelä|Yrjö Öhman|Tyyne Hämäläinen|Näyttö ei käynnisty enää"),
    "Icelandic": (WESTERN[:2], "Sigurður Guðmundsson|Guðrún Þorsteinsdóttir|Þórður Sæþórsson|Ægir Björnsson|Davíð Ás"),
    "Polish": (CENTRAL, "Łukasz Błaszczyk|Stanisław Wójcik|Paweł Dąbrowski|Małgorzata Żółkiewska|Józef Piłsudski"),
    "Czech": (CENTRAL, "Jiří Dvořák|Tomáš Černý|Ondřej Kovář|Lukáš Němec|Petra Růžičková"),
    "Hungarian": (CENTRAL, "Pál Erdős|Ferenc Szűcs|Győző Kovács|Árpád Fekete|Zsófia Tóth|Ernő Nagy"),
    "Croatian": (CENTRAL, "Petra Kovačević|Ivan Horvatić|Đorđe Šimić|Marko Babić|Željko Perić"),
    "Romanian": (CENTRAL[:2], "Anca Dumitraşcu|Ştefan Ionescu|Măriuţa Brânză|Iulia Bălan|Cătălin Rădulescu"),
    "Latvian": (("cp1257", "cp775"), "Jānis Bērziņš|Īva Kļaviņa|Rūta Ozoliņa|Kārlis Kalniņš|Dzintars Pētersons"),
    "Turkish": (("cp1254", "cp857"), "Ayşe Yıldız|İbrahim Şahin|Çağrı Güneş|Oğuz Öztürk|Gülşen Aydın"),
    "Russian": (("cp1251", "koi8-r", "cp866"), "Анна Иванова|Пётр Сидоров|Ольга Кузнецова|Принтер не работает"),
    "Greek": (("cp1253", "cp737"), "Γιώργος Παπαδόπουλος|Ελένη Νικολάου|Ο εκτυπωτής δεν λειτουργεί"),
}
SIGNS = ("", "10 µm Folie", "Preis: 5 €", "50 m² Fläche, 3 m³", "Server bei 20 °C", "Škoda-Radio", "Ivan Žagar")
ENDS = ("\n", "\r\n", "\r")


class Case(NamedTuple):
    name: str
    text: str
    encoding: str


def cases() -> Iterator[Case]:
    """Yields small and large files of each language in each of its encodings, with and without signs, and with each
    end of lines. A text that the encoding does not have is left out."""
    for number, (language, (encodings, words)) in enumerate(LANGUAGES.items()):
        for encoding in encodings:
            for turn, size in enumerate((1, 2, 5, 60)):
                for more in range(2):
                    sign = SIGNS[(number + turn * 2 + more) % len(SIGNS)] if more else ""
                    end = ENDS[(number + turn + more) % len(ENDS)]
                    yield from _case(language, encoding, words.split("|"), size, sign, end)


def _case(language: str, encoding: str, words: list[str], size: int, sign: str, end: str) -> Iterator[Case]:
    names = [words[place % len(words)] for place in range(size)] + ([sign] if sign else [])
    text = end.join(["Name;E-Mail", *(f"{name};p{place}@x.example" for place, name in enumerate(names)), ""])
    try:
        if not text.encode(encoding).isascii():
            yield Case(f"{language}, {size} rows{', ' + sign if sign else ''}, {end!r}", text, encoding)
    except UnicodeEncodeError:
        return
