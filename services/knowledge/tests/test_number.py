import pytest

from knowledge.domain.number import named_in

PASTED = (
    "INC-1047", "inc-1047", "[INC-1047]", "INC-1047:", "#INC-1047", "INC 1047", "INC1047", "INC_1047", "INC: 1047",
    "INC #1047", "(INC-1047).", "„INC-1047“", "INC‑1047", "INC–1047", "INC\u200b-1047", "\ufeffINC-1047\u00a0",
    "ＩＮＣ－１０４７", "Ticket INC-1047", "Inc. 1047", "Re: [INC-1047]", "AW: INC-1047", "INC-1047, INC-1047",
    "https://desk.example.org/t/INC-1047", "https://desk.example.org/t/INC-1047?page%5Bafter%5D=x#comment-3",
    "<https://desk.example.org/t/inc-1047>", "desk.example.org/t/INC-1047", "INC%2D1047",
)  # fmt: skip


@pytest.mark.parametrize("q", PASTED)
def test_a_number_is_read_in_each_form_in_which_people_paste_it(q: str) -> None:
    named = named_in(q)
    assert (named.numbers, named.alone) == (("INC-1047",), True)


@pytest.mark.parametrize(
    "q",
    ["#1047", "[1047]", '"1047"', "„1047“.", "'1047'", "<1047>", "Ticket 1047", "ticket #1047", "Nr. 1047", "Nº 1047",
     "Re: [1047]", 'Ticket "1047"', "(Ticket 1047)", "Fall #1047", "Fall: 1047", "request no 1047", "Case-ID 1047"],
)  # fmt: skip
def test_marked_digits_are_a_number(q: str) -> None:
    assert (named_in(q).digits, named_in(q).alone) == (("1047",), True)


LONG = (
    "2024081510000012", "Ticket#2024081510000012", "[Ticket#2024081510000012]", "Ticket 2024081510000012",
    "Ticketnummer: 2024081510000012", "Re: 2024081510000012", "Nr. 2024081510000012", "Case Number: 2024081510000012",
    '"2024081510000012"', "2024081510000012.", "(#2024081510000012)", "AW: [Ticket#2024081510000012]",
)  # fmt: skip


@pytest.mark.parametrize("q", LONG)
def test_a_number_may_have_any_length(q: str) -> None:
    """OTRS and Znuny write 16 digits."""
    assert named_in(q).digits == ("2024081510000012",)
    assert "2024081510000012" in named_in(f"{q} Drucker druckt nicht").references


@pytest.mark.parametrize("reference", ["20240815-000017", "CAS-01234-K7Q2W4", "#55667", "SRQ 77 812", "HD-x1"])
@pytest.mark.parametrize(
    "dress",
    ["Ticket#{}", "[Ticket#{}]", "Ticketnummer: {}", "Re: [{}]", "Case Number: {}.", "[{}]", "({})", "„{}“!", "Ref:{}",
     "AW: [Vorgang {}]", "Fwd: Re: Ticket: ({})"],
)  # fmt: skip
def test_labels_and_brackets_are_taken_off_each_reference(dress: str, reference: str) -> None:
    named = named_in(dress.format(reference))
    assert reference in named.references
    assert named.closest([{"number": "INC-1", "external_ref": reference}], dict)[1]


@pytest.mark.parametrize("q", ["[Ticket#{}] Drucker", "Re: [{}] Drucker druckt", "siehe {} bitte", "Drucker ({})."])
@pytest.mark.parametrize("reference", ["20240815-000017", "CAS-01234-K7Q2W4", "#55667", "67001"])
def test_a_reference_among_words_is_read_without_its_dress(q: str, reference: str) -> None:
    assert reference in named_in(q.format(reference)).references


@pytest.mark.parametrize("q", ["1047", " 1047 ", "1047:", "1047!", "1047?", "1047.", "(1047"])
def test_bare_digits_may_be_a_number(q: str) -> None:
    assert (named_in(q).digits, named_in(q).alone) == (("1047",), False)


@pytest.mark.parametrize(
    "q",
    ["fall 2024", "issue 365", "issues 365", "incidents 2024", "Request 10", "no 11", "id 404", "caso 5", "Re 365",
     "tr 24", "Artikel 20", "number of cases 10"],
)  # fmt: skip
def test_a_label_with_another_meaning_leaves_other_hits(q: str) -> None:
    named = named_in(q)
    assert (named.digits, named.alone) == ((q.rpartition(" ")[2],), False)
    assert not named.closest([{"number": "INC-1", "external_ref": named.digits[0]}], dict)[1]


@pytest.mark.parametrize(
    "q",
    ["10 requests", "365 issues", "2024 incidents", "20 Anfragen", "2 Tickets", "no 10 pipes", "Ticket 10 requests",
     "100%", "100 %", "50€", "€ 50", "$50", "£20", '24"', "24''", "'24", "~10", "-5", "+5", ">10", "10+", ":8080",
     "*2019*", "2019*", "20°", "Ticket 500€", "case 100 %", "#100%", "1,001", "10,5"],
)  # fmt: skip
def test_a_count_and_an_amount_are_words(q: str) -> None:
    named = named_in(q)
    assert (named.digits, named.alone) == ((), False)
    assert not [one for one in named.references if one.isdigit()]


@pytest.mark.parametrize("q", ["INC 500 users", "KB 100 issues", "INC-500 requests"])
def test_a_word_behind_a_number_leaves_other_hits(q: str) -> None:
    assert named_in(q).numbers
    assert not named_in(q).alone


@pytest.mark.parametrize("q", ["1383, 1384", "1383,1384", "1383; 1384", "1383\n1384", " 1383, 1384,"])
def test_a_list_of_digits_may_be_several_numbers(q: str) -> None:
    assert (named_in(q).digits, named_in(q).alone) == (("1383", "1384"), False)
    assert (named_in(f"Tickets {q}").digits, named_in(f"Tickets {q}").alone) == (("1383", "1384"), True)


@pytest.mark.parametrize(
    "q", ["INC0001349", "inc0001349", "[INC0001349]", "Ticket INC0001349:", "CS-0001349", "PRJ-x7"]
)
def test_a_reference_of_another_system_is_read(q: str) -> None:
    named = named_in(q)
    assert named.alone
    assert {"inc0001349", "cs-0001349", "prj-x7"} & {one.lower() for one in named.references}


@pytest.mark.parametrize(
    "q", ["printer jam", "windows 10", "printer INC-1047 jam", "Re: [INC-1047] VPN drops", "error 0x80070005", "", "٣"]
)
def test_other_words_are_searched_too(q: str) -> None:
    assert not named_in(q) or not named_in(q).alone


@pytest.mark.parametrize("q", ["KB5034441", "0x80070005", "HP4250"])
def test_what_may_be_a_number_is_no_more_than_that(q: str) -> None:
    """The search looks for words if nothing has the number."""
    assert named_in(q).alone
    assert q in named_in(q).references


def test_a_number_in_a_sentence_is_read_too() -> None:
    assert named_in("see inc-1042 and KB-7 or x-1").numbers == ("INC-1042", "KB-7")
    assert named_in("ROOM-101 is cold").numbers == ("ROOM-101",)
    assert named_in("at the mainc 1042").numbers == ()
    assert named_in("1042 printer").digits == ()


@pytest.mark.parametrize("q", ["ETA for #1383?", "is #1383 done", "like (#1383), but slow", "Stand von №1383?"])
def test_marked_digits_are_read_among_words(q: str) -> None:
    assert (named_in(q).digits, named_in(q).alone) == (("1383",), False)


@pytest.mark.parametrize("q", ["2024-001-", "2024-001", "Ticket 2024-001", "(77/2024-5)", "12_345", "0001-22/3"])
def test_a_reference_of_digits_and_marks_may_be_alone(q: str) -> None:
    assert named_in(q).alone


@pytest.mark.parametrize(
    "q", ["2024-01-15", "15.01.2024", "15/1/2024.", "24/7", "2024-01", "10.0.0.1", "1,000", "12:30", "2024 001", "1047"]
)
def test_a_date_a_time_and_a_plain_number_are_words_too(q: str) -> None:
    assert not named_in(q).alone


@pytest.mark.parametrize(
    "q", ["ticket 1004 is still open", "what about Vorgang 1004?", "Störung: 1004 again", "incident #1004 came back"]
)
def test_a_word_for_tickets_marks_the_digits_behind_it(q: str) -> None:
    assert (named_in(q).digits, named_in(q).alone) == (("1004",), False)


@pytest.mark.parametrize(
    "q", ["ticket 12 of 20", "request 1000 laptops", "suitcase 1004 lost", "ticket1004x", "case of 1004"]
)
def test_other_words_mark_nothing(q: str) -> None:
    assert named_in(q).digits == ()


@pytest.mark.parametrize("q", ["0001004", "#0001004", "see #01004", "ticket 0001004 is open"])
def test_zeros_in_front_of_digits_say_nothing(q: str) -> None:
    assert "1004" in named_in(q).digits


def test_several_marked_digits_are_read() -> None:
    assert named_in("#1383 and #1384").digits == ("1383", "1384")
    assert (named_in("#1383, #1384").digits, named_in("#1383, #1384").alone) == (("1383", "1384"), True)


@pytest.mark.parametrize("q", ["C#12 compiler", "&#1383; shown", "##1383 x", "#1383abc here", "INC #1383 is slow"])
def test_other_marks_are_no_number(q: str) -> None:
    assert named_in(q).digits == ()


@pytest.mark.parametrize("q", ["INC-0001382", "inc0001382", "[INC-0001382]", "Inc. 0001382"])
def test_zeros_in_front_say_nothing(q: str) -> None:
    assert named_in(q).numbers == ("INC-0001382", "INC-1382")
    assert named_in(q).alone


@pytest.mark.parametrize(
    "reference", ["#8810188", "(A27cc7)", "№7727cc1", "u_927cc1_", "2024-001-", "50%27cc1", "[X]527cc1", "Abc-12x27cc"]
)
def test_a_reference_is_read_as_it_was_pasted(reference: str) -> None:
    assert reference in named_in(reference).references
    assert reference in named_in(f"what about {reference} now").references


def test_numbers_in_quotes_are_a_list() -> None:
    assert (named_in('"1383" "1384"').digits, named_in('"1383" "1384"').alone) == (("1383", "1384"), True)
    assert (named_in("#1383 #1384").digits, named_in("#1383 #1384").alone) == (("1383", "1384"), True)
