"""How the languages that are written in cp1252 use their letters outside of ASCII.

Each pattern matches the words of some languages, in small letters. It need not be exact: it must let almost every word
pass, and few words whose letters come from a wrong encoding. There, the consonants of Central European languages and of
Turkish become vowels and the reverse, so that a letter stands where its language never has it: “è” behind “a” in
“Kovaèeviæ”, “ø” behind “i” in “Jiøí”.
"""

import re
from collections.abc import Sequence

_VOWELS = "aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœ"
_CONSONANTS = "b-df-hj-np-tv-xz"
_CEDILLA = rf"(?<=[{_VOWELS.replace('y', '')}])ç|\bç|ç(?=[{_VOWELS}])"
# These letters are the same in cp1250, cp1252 and cp1254.
_CARON = (
    rf"(?<=[{_VOWELS}rlvn])[šž]|dž|\bš(?=[{_VOWELS}bdklmnprtv])|\bž(?=[dlnrv]?[{_VOWELS}])|(?<!\b)[šž](?=[{_VOWELS}])"
)
_PATTERNS: Sequence[str] = (
    # German, Swedish, Finnish
    rf"[a-zäöüé]|(?<!i)å|(?<=[{_VOWELS}])ß|(?<=n)ß(?=en\b)|{_CARON}",
    # Hungarian and Turkish without the letters that cp1252 lacks
    "[a-záéíóöúü]",
    rf"[a-zöüâî]|{_CEDILLA}",
    # Danish, Norwegian
    r"æøå|[a-zäöüé]|(?<!i)å|(?<![aeiouyäöüåø])æ|(?<=[ei])æ(?=[rtnl])"
    r"|(?<![aeouyåæøé])ø(?![aoui])|(?<=\bu)ø|(?<=[ei])ø(?=y)|\bø(?=i)|ø(?=a\b)|ø(?=(?:er|en|erne|ene|yene)s?\b)|(?<=s)ø(?=isk)|(?<=\b[a-z])ø(?=i)|(?<=\b[a-z]{2})ø(?=i)|(?<=y)ø\b",
    # Icelandic, Faroese
    r"[a-záéíóúö]|(?<![aeiouyéíóúýö])æ|(?<=[aeiouyáéíóúýæöørfg])ð|(?<![aeiouyáéíóúýö])ø(?![aeiouáíóú])"
    r"|\bþ(?=[a-záéíóúýæöø])|(?<=[a-záéíóúýæö])þ(?=[óoúrvjií])|(?<=[^aeiouy])þ(?=[aeiuyáéíúýæöj])|ý",
    # French
    rf"[a-zàéü]|(?<![aeiou])æ|{_CEDILLA}|(?<=[aeo])ÿ|[âîô](?![aeiou])|(?<![aeyàâê])è(?=[{_CONSONANTS}])|(?<!z)ê(?=[tmlnvcpqrsh]|\b)|(?<=[aeoiuâéoœ])[ëï]|\b[ëï]"
    rf"|(?<=o)ù\b|(?<=[odrmsbflcjpgh])û(?=[trlc]|\b)|(?<=q)û|(?<=e)û(?=n)|(?<![{_VOWELS}])œ(?=[uientsdcl])",
    # Spanish, Irish
    r"[a-záéíóúü]|ñ(?=[aeiouáéíóú])|(?<=a)ñ\b",
    # Portuguese
    rf"[a-záàéíóúü]|[âêô](?![aeiou])|{_CEDILLA}|ã(?=o|e|i|s\b)|(?<=[nmlçhuptfsdvg])ã\b|(?<=[ice])rã\b|\brã\b|õ(?=e)",
    # Catalan, Occitan
    rf"[a-zàéíóúü]|(?<=[aeiou])ï|{_CEDILLA}|ç\b|(?<![aeèé])è(?=[{_CONSONANTS}])|(?<![aeioèé])è\b|(?<![aeou])ò(?=[{_CONSONANTS}]|\b)",
    # Italian
    r"[a-zéàîó]|(?<!i)è\b|[ìòù]\b",
    # Albanian, Luxembourgish
    rf"[a-zäéëöü]|{_CEDILLA}",
    # Dutch
    r"[a-zéöüáóúí]|(?<=[aeiouéo])[ëï]|\b[ëï]|(?<=[a-z])ê(?=[l])",
    # Czech, Slovak, Croatian and Estonian without the letters that cp1252 lacks
    rf"[a-záéíóúýôäöü]|{_CARON}",
)
# No other letters stand beside each other, nor three of them.
_PAIRS = (
    "[äöåæø]{2}|[äöü]ß|[áéíóúýöæ][ðþ]|[ðþ][áéíóúýöæø]|ç[ãõàáéíóúâêô]|é[âèéêëôîç]|íç|[ñüšž][áéíóúýäöü]|[áéíóú]ñ|[áéíóúäöü][šž]|š[ž]"
    "|[áíóú][áíóú]|áæ|[ïë][éê]"
)
_CROWD = re.compile(rf"(?![áæíóúý]þ[áóúýæ]|þýð|[åäöæø]{{3}})[ß-ÿšžœ]{{3}}|(?!{_PAIRS})[ß-ÿšžœ]{{2}}|áe(?!n?z)|roá\b")
_WORDS = re.compile("|".join(f"(?:{letters})+" for letters in _PATTERNS))


def is_word(text: str) -> bool:
    """Takes a text of small letters."""
    return text.count("ý") < 2 and bool(_WORDS.fullmatch(text)) and not _CROWD.search(text)
