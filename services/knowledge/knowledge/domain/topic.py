"""What a sentence is about: its words without those that every report contains, and other words for the same thing."""

import re
from dataclasses import dataclass

from knowledge.domain.text import fold, words

# "My outlook does not work" is about Outlook, and "Drucker geht nicht" about the printer.
# These words are English and German.
_WORD = re.compile(r"\w+")
_FILL_WORDS = frozenset(
    fold(
        """
        a about after again all already also always am an and another any anymore are as at away back be because
        been before being but by can cannot could did do does doesn doing don done down even every everything
        for from get gets getting give go goes going got had has have having hello help her here hey hi his how
        i if in into is isn it its just keep keeps know like longer make me more my need needed needs never new
        no nobody not nothing now of off often on once only or our out over please problem problems properly
        really regarding right same see seem seems she should since so some somebody someone something sometimes
        still stop stopped stops t than thank thanks that the their them then there these they thing this those
        to today too try trying under until up urgent us use used using very want wants was wasn way we were
        what when where which while who why will with without won work working works would yes yesterday yet you
        your ab aber alle allem allen aller alles als also am an ans auch auf aus bei beim bin bis bist bitte
        bräuchte brauche brauchen da damit danke dann daran darauf das dass dein deine dem den denn der des
        dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines
        einfach er es etwas euch euer funktioniert funktionieren für ganz geht gehen gehts gibt gerne guten hab
        habe haben hallo hat hatte hier hilfe ich ihm ihn ihnen ihr ihre im immer in ins ist ja jede jeder jedes
        jetzt kann kannst kein keine keinen keiner klappt klappen komme kommen kommt können lässt machen macht
        man mein meine meinem meinen meiner mehr mich mir mit möchte morgen muss müssen nach nein nicht nichts
        noch nun nur ob oder ohne problem probleme schon seit sehr sein seine seit selbst sich sie sind so soll
        sollen sondern und uns unser unsere unter vom von vor wann war warum was wegen weil weiter welche
        welcher wenn wer werden wie wieder will wir wird wo wurde zu zum zur über
        connect connects connecting connected load loads loading open opens opening opened respond responds responding
        start starts starting started laden lädt läuft laufen öffnen öffnet reagiert starten startet verbinden verbindet
        """
    ).split()
)
# Some of these mean something in other languages (PAS, en), so that they count in twos.
_FRENCH = frozenset(
    fold(
        """
        aide au aujourd aux avec besoin bien bonjour ce ces cet cette chez comment d dans de depuis dois doit donc du
        elle elles en encore est et fait faire hui il ils j jamais je l la le les leur ma mais marche marchent marcher
        merci mes mon n ne nos notre nous ont ouvre ouvrent ouvrir par pas peut peux plus pour pourquoi quand que qui
        quoi qu rien sa sans ses si son sont sous suis sur svp toujours tous tout très un une veut veux vos votre vous
        y à connecte connectent connecter démarre démarrent démarrer fonctionne fonctionnent fonctionner problème
        problèmes répond répondent
        """
    ).split()
)
# People and articles name one thing differently. Whoever uses one word of a group is offered the titles with another.
_SAME = tuple(
    (re.compile(rf"\b(?:{'|'.join(group.split(', '))})\b"), tuple(group.replace(",", "").split()))
    for group in (
        "log in, log on, log into, logging in, logged in, login, logon, sign in, sign on, signing in, signed in,"
        " anmelden, anmeldung, einloggen",
        "password, passwort, kennwort",
        "wifi, wi fi, wlan, wireless",
    )
)
# Whoever cannot sign in mostly needs a password.
_SIGN_IN, _PASSWORD = _SAME[:2]


@dataclass(frozen=True)
class Topic:
    """`text` is the sentence without its fill words, as it was typed, and `words` are those of it. `same` are other
    words for some of them."""

    text: str
    words: tuple[str, ...]
    same: tuple[str, ...]


def topic_of(sentence: str) -> Topic:
    all_words = words(sentence)
    left_out = _FILL_WORDS | _FRENCH if len(_FRENCH.intersection(all_words)) > 1 else _FILL_WORDS
    # The words stay as they were typed: an index may know letters of other scripts by another form.
    text = " ".join(_WORD.sub(lambda found: "" if fold(found[0]) in left_out else found[0], sentence).split())
    told = words(text)
    spoken = " ".join(all_words)
    groups = [names for pattern, names in _SAME if pattern.search(spoken)]
    if _SIGN_IN[1] in groups:
        groups.append(_PASSWORD[1])
    others = dict.fromkeys(name for names in groups for name in names if name not in left_out and name not in told)
    return Topic(text, tuple(told), tuple(others))
