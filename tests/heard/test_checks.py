"""The checks beside the steps."""

from __future__ import annotations

import pytest
from heard_scene import NOW, PLAIN, advice, found, wrote

from console.heard import HeardSettings, advise

LATE = "My parcel is late."


@pytest.mark.parametrize(
    "hole",
    ["{{customer.first}}", "[[fill: the new date]]", "[insert date]", "<name>", "____", "TODO", "${order}"],
)
def test_a_hole_that_nobody_filled_is_told_first(hole: str) -> None:
    draft = f"Dear {hole}, we are on it."
    assert found(draft, "unfilled_hole", LATE) == [hole]
    assert advice(draft, LATE).suggestion == "This place is still to be filled."


@pytest.mark.parametrize(
    "draft",
    [
        "Hola Ana: le llamo ma\u00f1ana para comprobar que todo funciona.",
        "Todo est\u00e1 listo.",
        "Your todo list is back.",
        "I refunded the card xxxx-4821.",
        "It went to the card xxxx xxxx xxxx 4821.",
        "Best,\nBo\n____________\nThe Shop",
    ],
)
def test_words_and_lines_that_are_whole_are_no_hole(draft: str) -> None:
    assert found(draft, "unfilled_hole", LATE) == []


def test_a_note_to_oneself_is_a_hole() -> None:
    assert found("TODO ask.\ntodo: the price\nIt costs\n____ EUR.", "unfilled_hole", LATE) == [
        "TODO",
        "todo:",
        "____",
    ]


def test_brackets_in_a_sentence_are_no_hole() -> None:
    assert found("The price (10.00) holds [until Friday] <3", "unfilled_hole", LATE) == []


@pytest.mark.parametrize(
    "draft",
    [
        "I have attached the label.",
        "Please find attached the form.",
        "The label is attached.",
        "Guten Tag, anbei finden Sie das Formular.",
        "Guten Tag, die Rechnung ist im Anhang.",
        "Bonjour, vous trouverez ci-joint la facture.",
        "Hola, adjunto encontrar\u00e1 la factura.",
        "Hallo, in de bijlage vindt u het formulier.",
    ],
)
def test_an_attachment_that_is_missing(draft: str) -> None:
    assert found(draft, "attachment_missing", LATE)
    given = advise(draft, [wrote(LATE)], PLAIN, NOW, attachments=("label.pdf",))
    assert [check for check in given.checks if check.name == "attachment_missing"] == []


def test_what_the_customer_attached_is_not_missing() -> None:
    assert found("Thank you for the photo that you attached.", "attachment_missing", LATE) == []


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        ("You should have read the terms.", ["You should have"]),
        ("As I already told you, it is late.", ["As I already told"]),
        ("Calm down, please.", ["Calm down"]),
        ("PLEASE READ THE MANUAL first.", ["PLEASE READ THE MANUAL"]),
        ("Really!!!", ["!!!"]),
    ],
)
def test_words_that_hurt(draft: str, words: list[str]) -> None:
    assert found(draft, "tone", LATE) == words


@pytest.mark.parametrize(
    "draft",
    [
        "You should have received it by now.",
        "Plug the HDMI cable into the PC.",
        "The USB and HDMI plugs fit.",
    ],
)
def test_words_that_do_not_hurt(draft: str) -> None:
    assert found(draft, "tone", LATE) == []


@pytest.mark.parametrize(
    "draft",
    [
        "We apologize for any inconvenience this may have caused.",
        "Wir entschuldigen uns für etwaige Unannehmlichkeiten.",
        "Nous vous prions de nous excuser pour la gêne occasionnée.",
        "Disculpe las molestias ocasionadas.",
        "Excuses voor het ongemak.",
    ],
)
def test_stock_phrases_in_five_languages(draft: str) -> None:
    assert len(found(draft, "stock_phrase", LATE)) == 1


def test_jargon_says_the_wording_to_use() -> None:
    checks = advice("I will pass it to T2.", LATE).checks
    assert [(check.say, check.found) for check in checks] == [
        ('Say "our specialist team" instead of "T2".', "our specialist team")
    ]


def test_the_queue_adds_words_to_the_glossary_and_takes_words_out() -> None:
    own = HeardSettings(glossary={"Blue Room": "our returns desk", "escalate": ""})
    checks = advice("I escalate it to the blue room.", LATE, settings=own).checks
    assert [check.found for check in checks] == ["our returns desk"]


def test_a_muted_check_is_silent() -> None:
    assert found("I will pass it to T2.", "jargon", LATE, settings=HeardSettings(muted=("jargon",))) == []


def test_checks_come_in_the_order_of_the_text() -> None:
    checks = advice("Calm down, {{name}}, T2 has it.", LATE).checks
    assert [check.name for check in checks] == ["tone", "unfilled_hole", "jargon"]


@pytest.mark.parametrize(
    ("draft", "time"),
    [
        ("It will be up again by 2 pm.", "by 2 pm"),
        ("Your new flight leaves tomorrow at 7:15.", "tomorrow at 7:15"),
        ("The patch goes live tonight.", "tonight"),
        ("In about half an hour.", "In about half an hour"),
    ],
)
def test_what_is_planned_is_a_time_without_a_promise(draft: str, time: str) -> None:
    assert found(draft, "next_step_time", LATE) == [time]


def test_a_time_is_given_as_it_was_written() -> None:
    checks = advice("Our courier will call you on Friday 9 May, by 17:00.", LATE).checks
    assert [check.found for check in checks] == ["on Friday 9 May, by 17:00"]


def test_soon_is_not_told_where_a_time_is_named() -> None:
    assert found("We will call soon. You will have it by Friday.", "next_step_time", LATE) == ["by Friday"]


def test_shouting_is_heard_in_any_language() -> None:
    draft = "Guten Tag, wir liefern morgen. BITTE HABEN SIE GEDULD!!!"
    assert found(draft, "tone", LATE) == ["BITTE HABEN SIE GEDULD", "!!!"]


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        ("Guten Tag, wir melden uns in Kürze bei Ihnen und prüfen die Sache.", ["in Kürze"]),
        ("Bonjour, nous vous répondrons dès que possible au sujet de votre colis.", ["dès que possible"]),
        ("Hola, le enviaremos una respuesta lo antes posible sobre su pedido.", ["lo antes posible"]),
        ("Hallo, we sturen u zo snel mogelijk een nieuw pakket met de post.", ["zo snel mogelijk"]),
        ("Guten Tag, wir melden uns am Freitag bei Ihnen. Bis bald und gute Besserung!", []),
        ("Guten Tag, das Paket ist bei Ihnen in 2 Tagen, so schnell wie möglich.", []),
    ],
)
def test_a_vague_time_is_told_in_other_languages(draft: str, words: list[str]) -> None:
    assert [word.lower() for word in found(draft, "vague_time", LATE)] == [word.lower() for word in words]


@pytest.mark.parametrize(
    "draft",
    [
        "Beruhigen Sie sich bitte.",
        "Wie bereits gesagt, es dauert.",
        "Calmez-vous.",
        "Vous auriez d\u00fb le lire.",
        "C\u00e1lmese, por favor.",
        "Rustig maar.",
        "Dat is uw eigen schuld.",
    ],
)
def test_words_that_hurt_are_pointed_out_in_five_languages(draft: str) -> None:
    assert found(draft, "tone", "Hallo?")
