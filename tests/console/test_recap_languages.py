"""The recap of stories in German, French, Spanish and Dutch: the customer's and our own sentences, under their headings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.recap import HEADINGS, recap
from console.sentence_words import LANGUAGES
from console.sentences import is_settled, of_agent, of_customer
from store.rows import Item

HOUR = 3_600_000_000
NOW = 1_772_000_000_000_000


def story(*texts: str) -> list[Item]:
    """The customer begins, and they write in turns."""
    return [
        Item(
            "demo/1",
            "Kettle",
            kind="message",
            role="agent" if number % 2 else "customer",
            channel="email",
            author="",
            state="",
            at=NOW + number * HOUR,
            text=text,
            id=f"m{number}",
            status="open",
        )
        for number, text in enumerate(texts)
    ]


STORIES: dict[str, tuple[tuple[str, str, str], dict[str, list[str]], str]] = {
    "de": (
        (
            (
                "Guten Tag,\n\nunser Wasserkocher tropft seit Montag. Ich habe ihn schon zweimal entkalkt.\n\n"
                "Können Sie mir bitte eine neue Dichtung schicken?\n\nVielen Dank im Voraus"
            ),
            (
                "Guten Tag Frau Berg,\n\nbitte ziehen Sie zuerst den Stecker. Wir haben Ihnen heute eine Dichtung geschickt. "
                "Ich rufe Sie morgen bis 15:00 Uhr an."
            ),
            "Die Dichtung ist nie angekommen. Wann kommt der Techniker?",
        ),
        {
            "asked": [
                "unser Wasserkocher tropft seit Montag.",
                "Wann kommt der Techniker?",
                "Können Sie mir bitte eine neue Dichtung schicken?",
            ],
            "tried": [
                "Wir haben Ihnen heute eine Dichtung geschickt.",
                "bitte ziehen Sie zuerst den Stecker.",
                "Ich habe ihn schon zweimal entkalkt.",
            ],
            "promised": ["Ich rufe Sie morgen bis 15:00 Uhr an."],
            "open": [
                "Wann kommt der Techniker?",
                "Die Dichtung ist nie angekommen.",
                "Ich rufe Sie morgen bis 15:00 Uhr an.",
            ],
        },
        "morgen bis 15:00 Uhr",
    ),
    "fr": (
        (
            (
                "Bonjour,\n\nnotre bouilloire fuit depuis lundi. J'ai déjà remplacé le joint deux fois.\n\n"
                "Pourriez-vous m'envoyer un nouveau joint ?\n\nMerci d'avance"
            ),
            (
                "Bonjour Madame,\n\ndébranchez d'abord la prise. Nous avons expédié un joint ce matin. "
                "Je vous appellerai demain avant 15 h."
            ),
            "Le joint n'est jamais arrivé. Quand vient le technicien ?",
        ),
        {
            "asked": [
                "notre bouilloire fuit depuis lundi.",
                "Quand vient le technicien ?",
                "Pourriez-vous m'envoyer un nouveau joint ?",
            ],
            "tried": [
                "Nous avons expédié un joint ce matin.",
                "débranchez d'abord la prise.",
                "J'ai déjà remplacé le joint deux fois.",
            ],
            "promised": ["Je vous appellerai demain avant 15 h."],
            "open": [
                "Quand vient le technicien ?",
                "Le joint n'est jamais arrivé.",
                "Je vous appellerai demain avant 15 h.",
            ],
        },
        "demain avant 15 h",
    ),
    "es": (
        (
            (
                "Buenos días:\n\nnuestro hervidor gotea desde el lunes. Ya he cambiado la junta dos veces.\n\n"
                "¿Podrían enviarme una junta nueva?\n\nMuchas gracias de antemano"
            ),
            (
                "Buenos días:\n\ndesenchufe primero el hervidor. Hemos enviado una junta esta mañana. "
                "La llamaré mañana antes de las 15:00."
            ),
            "La junta todavía no ha llegado. ¿Cuándo viene el técnico?",
        ),
        {
            "asked": [
                "nuestro hervidor gotea desde el lunes.",
                "¿Cuándo viene el técnico?",
                "¿Podrían enviarme una junta nueva?",
            ],
            "tried": [
                "Hemos enviado una junta esta mañana.",
                "desenchufe primero el hervidor.",
                "Ya he cambiado la junta dos veces.",
            ],
            "promised": ["La llamaré mañana antes de las 15:00."],
            "open": [
                "¿Cuándo viene el técnico?",
                "La junta todavía no ha llegado.",
                "La llamaré mañana antes de las 15:00.",
            ],
        },
        "mañana antes de las 15:00",
    ),
    "nl": (
        (
            (
                "Goedendag,\n\nonze waterkoker lekt sinds maandag. Ik heb hem al twee keer ontkalkt.\n\n"
                "Kunt u mij een nieuwe afdichting sturen?\n\nAlvast bedankt"
            ),
            (
                "Beste mevrouw Berg,\n\ntrek eerst de stekker eruit. Wij hebben vandaag een afdichting verstuurd. "
                "Ik bel u morgen voor 15:00 uur."
            ),
            "De afdichting is nooit aangekomen. Wanneer komt de monteur?",
        ),
        {
            "asked": [
                "onze waterkoker lekt sinds maandag.",
                "Wanneer komt de monteur?",
                "Kunt u mij een nieuwe afdichting sturen?",
            ],
            "tried": [
                "Wij hebben vandaag een afdichting verstuurd.",
                "trek eerst de stekker eruit.",
                "Ik heb hem al twee keer ontkalkt.",
            ],
            "promised": ["Ik bel u morgen voor 15:00 uur."],
            "open": [
                "Wanneer komt de monteur?",
                "De afdichting is nooit aangekomen.",
                "Ik bel u morgen voor 15:00 uur.",
            ],
        },
        "morgen voor 15:00 uur",
    ),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_story_is_summed_up_in_its_own_sentences(code: str) -> None:
    texts, wanted, time = STORIES[code]
    found = recap(story(*texts))
    assert {name: [line.words for line in found.of(name)] for name in HEADINGS} == wanted
    assert found.promised[0].time == time


CUSTOMER = [
    ("de", "Ich habe das noch nie versucht.", "told"),
    ("de", "Auch nach mehreren Neustarts bleibt der Schirm schwarz.", "tried"),
    ("de", "Wir bitten um eine Gutschrift von 40 Euro.", "want"),
    ("de", "Ich möchte mich herzlich bedanken bei Ihrer Kollegin.", "told"),
    ("de", "Sie haben mir den Betrag doppelt abgebucht.", "trouble"),
    ("de", "Ist da jemand?", None),
    ("de", "Vielen Dank für Ihre schnelle Antwort.", None),
    ("fr", "Malgré plusieurs redémarrages, l'écran reste noir.", "tried"),
    ("fr", "Nous souhaitons un avoir de 40 euros.", "want"),
    ("fr", "Je voudrais remercier votre collègue pour son aide.", "told"),
    ("fr", "Vous m'avez facturé deux fois la même commande.", "trouble"),
    ("fr", "Il y a quelqu'un ?", None),
    ("fr", "Merci pour votre réponse rapide et claire.", None),
    ("es", "Tras reiniciar el equipo, la pantalla sigue en negro.", "tried"),
    ("es", "Necesitamos una factura a nombre de la empresa.", "want"),
    ("es", "Quisiera agradecer a su compañera la ayuda.", "told"),
    ("es", "Me han cobrado dos veces el mismo pedido.", "trouble"),
    ("es", "¿Hay alguien ahí?", None),
    ("es", "Gracias por su respuesta tan rápida y clara.", None),
    ("nl", "Ook na een herstart blijft het scherm zwart.", "tried"),
    ("nl", "Wij hebben een factuur op naam van het bedrijf nodig.", "want"),
    ("nl", "Ik wil uw collega graag bedanken voor de hulp.", "told"),
    ("nl", "U heeft het bedrag twee keer afgeschreven.", "trouble"),
    ("nl", "Is daar iemand?", None),
    ("nl", "Bedankt voor uw snelle en duidelijke antwoord.", None),
]


@pytest.mark.parametrize(("code", "text", "kind"), CUSTOMER)
def test_what_a_customer_says(code: str, text: str, kind: str | None) -> None:
    assert [one.kind for one in of_customer(text, code)] == ([kind] if kind else [])


AGENT = [
    ("de", "Bitte teilen Sie uns Ihre Bestellnummer mit.", "ask"),
    ("de", "Könnten Sie das Gerät einmal neu starten?", "step"),
    ("de", "Wenn Sie noch Fragen haben, rufen wir Sie an.", None),
    ("de", "Sie erhalten in Kürze ein Ersatzgerät von uns.", "promise"),
    ("de", "Wir haben den Betrag heute erstattet.", "done"),
    ("de", "Kann ich sonst noch etwas für Sie tun?", None),
    ("fr", "Merci de nous indiquer votre numéro de commande.", "ask"),
    ("fr", "Vous pouvez essayer de réinitialiser l'appareil.", "step"),
    ("fr", "Si vous avez d'autres questions, nous serons ravis de vous aider.", None),
    ("fr", "Vous recevrez bientôt un appareil de remplacement.", "promise"),
    ("fr", "Votre commande a été remboursée ce matin.", "done"),
    ("fr", "Puis-je vous aider pour autre chose ?", None),
    ("es", "Indíquenos por favor su número de pedido.", "ask"),
    ("es", "Pruebe a restablecer el equipo con el botón rojo.", "step"),
    ("es", "Si tiene más preguntas, estaremos encantados de ayudarle.", None),
    ("es", "Recibirá pronto un equipo de sustitución.", "promise"),
    ("es", "Su pedido se ha reembolsado esta mañana.", "done"),
    ("es", "¿Puedo ayudarle en algo más?", None),
    ("nl", "Stuur ons alstublieft uw bestelnummer.", "ask"),
    ("nl", "U kunt het apparaat eerst proberen te resetten.", "step"),
    ("nl", "Als u nog vragen heeft, helpen wij u graag.", None),
    ("nl", "U ontvangt binnenkort een vervangend apparaat.", "promise"),
    ("nl", "Uw bestelling is vanmorgen terugbetaald.", "done"),
    ("nl", "Kan ik u nog ergens mee helpen?", None),
]


@pytest.mark.parametrize(("code", "text", "kind"), AGENT)
def test_what_an_agent_says(code: str, text: str, kind: str | None) -> None:
    assert [one.kind for one in of_agent(text, code) if one.kind != "cause"] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("code", "works", "works_not"),
    [
        ("de", "Danke, jetzt funktioniert alles wieder.", "Danke, aber es funktioniert immer noch nicht."),
        ("fr", "Merci, tout fonctionne maintenant.", "Merci, mais ça ne fonctionne toujours pas."),
        ("es", "Gracias, ya funciona.", "Gracias, pero todavía no funciona."),
        ("nl", "Bedankt, het werkt nu weer.", "Bedankt, maar het werkt nog steeds niet."),
    ],
)
def test_a_customer_who_is_content_leaves_nothing_open(code: str, works: str, works_not: str) -> None:
    assert is_settled(works, code)
    assert not is_settled(works_not, code)
    texts = STORIES[code][0]
    assert not recap(story(*texts[:2], works)).open
    assert recap(story(*texts[:2], works_not)).open


def test_a_short_message_is_read_in_the_language_of_its_writer() -> None:
    assert [one.kind for one in of_customer("Defekt, wieder defekt.", "de")] == ["trouble"]
    assert [one.kind for one in of_customer("It is still broken and I need help.", "de")] == ["want"]


def test_a_customer_may_change_the_language() -> None:
    both = story(STORIES["fr"][0][0], "We have sent a new seal to you today.", "Could you please call me?")
    found = recap(both)
    assert [line.words for line in found.asked][:2] == [
        "notre bouilloire fuit depuis lundi.",
        "Could you please call me?",
    ]
    assert next(line.words for line in found.tried) == "We have sent a new seal to you today."


PIECES = st.sampled_from(
    [
        "ich habe ",
        "wir haben nicht ",
        "bitte schicken Sie ",
        "morgen bis 15 Uhr. ",
        "wird erstattet",
        "bis 12. März ",
        "nous avons ",
        "je vous ",
        "ne fonctionne pas ? ",
        "demain avant 15 h. ",
        "he ",
        "no ha llegado ",
        "por favor ",
        "mañana antes de las 9:00. ",
        "wij hebben ",
        "ik heb het ",
        "werkt niet ",
        "morgen voor 9:00 uur. ",
        "\n> quoted\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=20).map("".join), st.sampled_from(LANGUAGES))
def test_whatever_is_said_is_quoted_from_the_message(text: str, code: str) -> None:
    for one in (*of_customer(text, code), *of_agent(text, code)):
        first, *_, last = [*one.words.removesuffix("\N{HORIZONTAL ELLIPSIS}").split(), ""]
        assert first in text
        assert last in text
        assert "quoted" not in one.words
        assert one.time in " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "Sehr geehrte Damen und Herren,\n\nam 2.2. habe ich gek\u00fcndigt und bis heute keine Best\u00e4tigung.",
            "am 2.2. habe ich gek\u00fcndigt und bis heute keine Best\u00e4tigung.",
        ),
        (
            "Dear Sir or Madam,\n\nmy son starts school in May and needs a place.",
            "my son starts school in May and needs a place.",
        ),
        (
            "Estimados se\u00f1ores y se\u00f1oras:\n\nquiero cambiar mi pedido por otro.",
            "quiero cambiar mi pedido por otro.",
        ),
    ],
)
def test_a_salutation_is_not_what_is_asked(text: str, asked: str) -> None:
    assert [line.words for line in recap(story(text)).asked] == [asked]
