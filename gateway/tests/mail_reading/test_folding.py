"""Quotes and signatures are folded in every language, and nothing is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mail_reading.folding.fold import fold_text
from gateway.mail_reading.mail import Fold

OWN = "The printer works again.\nThank you!"
ASKED = "Did you try the other tray?"

# What programs write before a quote that has no marks of its own, or whose marks follow.
SENTENCES = [
    "On Tue, 5 Mar 2024 at 10:12, Ann Ray <ann@example.org> wrote:",
    "On Mar 5, 2024, at 10:12 AM, Ann Ray <ann@example.org> wrote:",
    "On 05/03/2024 10:12, Ann Ray wrote:",
    "On Tue, 5 Mar 2024 at 10:12, Ann Ray <\nann@example.org> wrote:",
    "On Tue, 5 Mar 2024 at 10:12, Ann Ray\n<ann@example.org>\nwrote:",
    "Ann Ray <ann@example.org> wrote on 05.03.2024 10:12:",
    "Am Di., 5. März 2024 um 10:12 Uhr schrieb Ann Ray <ann@example.org>:",
    "Am 05.03.2024 um 10:12 schrieb Ann Ray:",
    "Ann Ray <ann@example.org> schrieb am Di., 5. März 2024, 10:12:",
    "Le mar. 5 mars 2024 à 10:12, Ann Ray <ann@example.org> a écrit :",
    "Le 05/03/2024 à 10:12, Ann Ray a écrit\u00a0:",
    "El mar, 5 mar 2024 a las 10:12, Ann Ray (<ann@example.org>) escribió:",
    "El 5/3/24 a las 10:12, Ann Ray escribió:",
    "Em ter., 5 de mar. de 2024 às 10:12, Ann Ray <ann@example.org> escreveu:",
    "Il giorno mar 5 mar 2024 alle ore 10:12 Ann Ray <ann@example.org> ha scritto:",
    "Op di 5 mrt 2024 om 10:12 schreef Ann Ray <ann@example.org>:",
    "Den tirs. 5. mar. 2024 kl. 10.12 skrev Ann Ray <ann@example.org>:",
    "tis 5 mars 2024 kl. 10:12 skrev Ann Ray <ann@example.org>:",
    "tir. 5. mar. 2024 kl. 10:12 skrev Ann Ray <ann@example.org>:",
    "ti 5. maalisk. 2024 klo 10.12 Ann Ray (ann@example.org) kirjoitti:",
    "wt., 5 mar 2024 o 10:12 Ann Ray <ann@example.org> napisał(a):",
    "W dniu 5.03.2024 o 10:12, Ann Ray pisze:",
    "út 5. 3. 2024 v 10:12 odesílatel Ann Ray <ann@example.org> napsal:",
    "Ann Ray <ann@example.org> ezt írta (időpont: 2024. márc. 5., K, 10:12):",
    "вт, 5 мар. 2024 г. в 10:12, Ann Ray <ann@example.org>:",
    "5 марта 2024 г., в 10:12, Ann Ray <ann@example.org> написал(а):",
    "05.03.2024, 10:12, \"Ann Ray\" <ann@example.org>:",
    "вт, 5 бер. 2024 р. о 10:12 Ann Ray <ann@example.org> пише:",
    "5 Mar 2024 Sal 10:12 tarihinde Ann Ray <ann@example.org> şunu yazdı:",
    "Στις Τρί 5 Μαρ 2024 στις 10:12 π.μ., ο χρήστης Ann Ray <ann@example.org> έγραψε:",
    "mar., 5 mar. 2024 la 10:12, Ann Ray <ann@example.org> a scris:",
    "Vào Th 3, 5 thg 3, 2024 vào lúc 10:12 Ann Ray <ann@example.org> đã viết:",
    "Pada Sel, 5 Mar 2024 pukul 10.12 Ann Ray <ann@example.org> menulis:",
    "2024年3月5日(火) 10:12 Ann Ray <ann@example.org>:",
    "Ann Ray <ann@example.org> 于2024年3月5日周二 10:12写道：",
    "2024년 3월 5일 (화) 오전 10:12, Ann Ray <ann@example.org>님이 작성:",
    "\u202bבתאריך יום ג׳, 5 במרץ 2024 ב-10:12 מאת \u202aAnn Ray\u202c\u200f <\u202aann@example.org\u202c\u200f>:\u202c",
    "2024-03-05 10:12 GMT+01:00 Ann Ray <ann@example.org>:",
    "في الثلاثاء، 5 مارس 2024 في 10:12 ص تمت كتابة ما يلي بواسطة Ann Ray <ann@example.org>:",
    "Tuesday, 5 March 2024, 10:12 AM +0300 from Ann Ray <ann@example.org>:",
    "10:12 AM, March 5, 2024, \"Ann Ray\" <ann@example.org>:",
    "On Tue, 5 Mar 2024 10:12:00 +0100 Ann Ray <ann@example.org> wrote",
    "---- On Tue, 5 Mar 2024 10:12:00 +0100 ann@example.org wrote ----",
]  # fmt: skip

# sender, date, to, subject
LABELS = """
From Sent To Subject, Von Gesendet An Betreff, De Envoyé À Objet, De Enviado Para Asunto, Da Inviato A Oggetto,
Van Verzonden Aan Onderwerp, Fra Sendt Til Emne, Från Skickat Till Ämne, Lähettäjä Lähetetty Vastaanottaja Aihe,
Od Wysłano Do Temat, Od Odesláno Komu Předmět, Feladó Elküldve Címzett Tárgy, От Отправлено Кому Тема,
Від Надіслано Кому Тема, Kimden Gönderildi Kime Konu, Από Στάλθηκε Προς Θέμα, 差出人 送信日時 宛先 件名,
发件人 发送时间 收件人 主题
""".split(",")

SEPARATORS = [
    "-----Original Message-----",
    "----- Ursprüngliche Nachricht -----",
    "-----Message d'origine-----",
    "-----Mensaje original-----",
    "-----Messaggio originale-----",
    "-----Mensagem original-----",
    "-----Oorspronkelijk bericht-----",
    "-------- Oprindelig besked --------",
    "-----Ursprungligt meddelande-----",
    "-----Исходное сообщение-----",
    "-----原始邮件-----",
    "---------- Forwarded message ---------",
    "Begin forwarded message:",
    "##- Please type your reply above this line -##",
    "-------- Weitergeleitete Nachricht --------",
    "---------- Message transféré ----------",
]


def visible(text: str) -> str:
    return "\n".join(part.content for part in fold_text(text) if part.fold is Fold.OWN).strip()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_quote_with_marks_is_folded_with_its_sentence(sentence: str) -> None:
    assert visible(f"{OWN}\n\n{sentence}\n\n> {ASKED}\n") == OWN


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_quote_without_marks_is_folded_with_its_sentence(sentence: str) -> None:
    assert visible(f"{OWN}\n\n{sentence}\n\n{ASKED}\n") == OWN


@pytest.mark.parametrize("sentence", SENTENCES)
def test_what_stands_below_a_quote_with_marks_is_visible(sentence: str) -> None:
    assert visible(f"{sentence}\n> {ASKED}\n\n{OWN}") == OWN


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("mark", ["{}: {}", "*{}:* {}", "{} : {}", "{}：{}"])
def test_a_block_of_headers_and_what_follows_are_folded(labels: str, mark: str) -> None:
    values = ["Ann Ray <ann@example.org>", "Tuesday, 5 March 2024 10:12", "Ben <ben@example.org>", "Printer"]
    block = "\n".join(mark.format(label, value) for label, value in zip(labels.split(), values, strict=True))
    assert visible(f"{OWN}\n\n{block}\n\n{ASKED}\n") == OWN
    assert visible(f"{OWN}\n\n________________________________\n{block}\n\n{ASKED}\n") == OWN


@pytest.mark.parametrize("separator", SEPARATORS)
def test_what_follows_a_separator_is_folded(separator: str) -> None:
    assert visible(f"{OWN}\n\n{separator}\nFrom: Ann\nSubject: Printer\n\n{ASKED}\n") == OWN


def test_a_mail_that_is_forwarded_without_a_word_is_visible_without_its_headers() -> None:
    block = "From: Ann <ann@example.org>\nDate: 5 March\nSubject: Printer"
    assert visible(f"---------- Forwarded message ---------\n{block}\n\n{ASKED}") == ASKED


def test_a_mail_that_is_nothing_but_a_quote_is_visible() -> None:
    assert ASKED in visible(f"> {ASKED}\n")


ORDINARY = [
    "Please book a train:\nFrom: Berlin\nTo: Paris\nDate: 5 March\n\nI need it soon.",
    "I wrote to Ben <ben@example.org> on 5.3.2024:\n\nno answer yet",
    "On 5 March 2024 I wrote the following:\n\nthe light is red",
    "Am 5.3.2024 schrieb ich folgendes:\n\ndie Lampe ist rot",
    "On the other hand, we could wait until 10:30.\nOn Monday it worked:\nthe light was green.",
    "On 5 March 2024 we saw the following:\n\nerror 17 at 10:12",
    "I wrote to ann@example.org:\n\nno answer yet",
    "From: 10:00\nTo: 12:00\n\nI am in the office.",
    "Steps:\n\n- open the lid\n-- wait\n--- close it",
    "## Heading\n----\n\nText below a line.\n\n====\n\nMore text.",
    "The mail was sent from my iPhone app, as every mail of it is.\n\nIt does not arrive.",
    "Thanks,\n\nbut it does not work, see https://example.org/1.\n\nP.S. The number is +49 30 1234567.\nCall me!",
    "To: I do not know.\nSubject to change: the date.",
    "Best, as far as I know, is a restart.",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_visible(text: str) -> None:
    assert visible(text) == text.strip()


SIGNATURES = [
    "-- \nBen Oak\nExample Ltd, Room 5\n+44 20 7946 0000",
    "--\nBen Oak",
    "Sent from my iPhone",
    "Get Outlook for iOS<https://example.org/outlook>",
    "Von meinem iPhone gesendet",
    "Gesendet von Mail für Windows",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Skickat från min iPhone",
    "Отправлено с iPhone",
    "iPhoneから送信",
    "Sent from my iPhone, please excuse any typos.",
    "Sent from TypeApp<https://example.org/r?b=1>",
    "—————\nBen Oak\nben@example.org",
    "Disclaimer\n\nThe information contained in this mail is for you.",
    "This e-mail and its attachments are confidential and intended for the addressee.",
    "_______________________________________________\nprinters mailing list\nprinters@lists.example.org",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_is_folded_at_the_end_and_before_a_quote(signature: str) -> None:
    assert visible(f"{OWN}\n\n{signature}") == OWN
    assert visible(f"{OWN}\n{signature}") == OWN
    assert visible(f"{OWN}\n\n{signature}\n\n{SENTENCES[0]}\n> {ASKED}") == OWN


def test_the_name_stays_and_what_the_company_adds_is_folded() -> None:
    contact = "Head of Printers\nExample Ltd\nPhone: +44 20 7946 0000\nwww.example.org"
    assert visible(f"{OWN}\n\nKind regards,\nBen Oak\n\n{contact}") == f"{OWN}\n\nKind regards,\nBen Oak"


def test_what_a_telephone_wrote_is_folded_in_the_middle_too() -> None:
    assert visible(f"{OWN}\n\nSent from my iPhone\n\nOne more thing.").split("\n")[-1] == "One more thing."
    assert "Sent from" not in visible(f"{OWN}\n\nSent from my iPhone\n\nOne more thing.")


def test_a_line_of_ones_own_that_begins_like_a_sentence_is_visible() -> None:
    text = f"{OWN}\n\nOn this day\nOn Tue, 5 Mar 2024 at 10:12, Ann Ray <\nann@example.org> wrote:\n{ASKED}"
    assert visible(text) == f"{OWN}\n\nOn this day"


def test_a_log_of_any_length_is_visible() -> None:
    text = "\n".join(f"2024-03-05 10:12:{line % 60:02} started" for line in range(20_000))
    assert visible(text) == text


def test_answers_between_the_lines_are_visible() -> None:
    text = f"{SENTENCES[0]}\n> One?\n\nYes.\n\n> Two?\n> Or three?\n\nThree."
    assert visible(text).split() == ["Yes.", "Three."]


def test_the_end_of_a_quoted_line_that_was_broken_off_is_a_quote() -> None:
    long = "x" * 20 + " which is the name of a file that is far too long for the program"
    assert visible(f"{OWN}\n\n{SENTENCES[0]}\n> {long}\nof mails\n> and more\n") == OWN


pieces = st.sampled_from(
    [*SENTENCES, *SEPARATORS, *SIGNATURES, *ORDINARY, OWN, "", "> a", ">> b", "From: x@y.z", "Sent: 1", "--"]
)


@given(st.lists(pieces | st.text(max_size=30), max_size=12))
def test_nothing_is_cut(texts: list[str]) -> None:
    text = "\n".join(texts)
    assert "\n".join(part.content for part in fold_text(text)) == text


@given(st.lists(pieces, max_size=12))
def test_something_is_visible_if_there_is_anything(texts: list[str]) -> None:
    text = "\n".join(texts)
    assert bool(visible(text)) == bool(text.strip())
