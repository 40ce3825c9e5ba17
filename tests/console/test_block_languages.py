"""Blocks and remedies in the language that the customer writes; what agents read stays English."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC
from pathlib import Path
from string import Formatter

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import block_words, blocks, hours, money, promises, remedies, reply
from console.promise_times import SECOND
from console.remedies_read import load
from console.remedies_table import BUILT_IN
from console.remedy_words import filled
from console.session import Session
from console.settings import load as load_settings
from console.triage import queue_ids, rows
from store.errors import ConfigError
from store.home import Home
from store.sync import Engine

CODES = ("de", "fr", "es", "nl")
WROTE = {
    "en": "My kettle leaks and I would like to know what you can do for me.",
    "de": "Mein Wasserkocher tropft und ich möchte wissen, was Sie für mich tun können.",
    "fr": "Ma bouilloire fuit et je voudrais savoir ce que vous pouvez faire pour moi.",
    "es": "Mi hervidor gotea y me gustaría saber qué puede hacer usted por mí.",
    "nl": "Mijn waterkoker lekt en ik wil graag weten wat u voor mij kunt doen.",
    "it": "Il mio bollitore perde e non so che cosa fare, grazie della risposta.",
}
DONE = {
    "de": "Wir haben Ihnen heute eine neue Dichtung geschickt.",
    "fr": "Nous avons expédié un nouveau joint aujourd'hui.",
    "es": "Hemos enviado hoy una junta nueva.",
    "nl": "Wij hebben vandaag een nieuwe afdichting verstuurd.",
}
CALL = {
    "de": "Ich rufe Sie morgen um 10:00 Uhr an.",
    "fr": "Je vous appellerai demain à 10:00.",
    "es": "Le llamaré mañana a las 10:00.",
    "nl": "Ik bel u morgen om 10:00 uur.",
}
Opened = Callable[[str], str]


@pytest.fixture
async def session(home: Home, clock: Clock, desk: MemoryDesk) -> AsyncIterator[Session]:
    """One ticket for each language; each was answered in it."""
    contact = '[contact]\nname = "Ana"\nphone = "030 123"\nhours = ["mon-fri 9-17"]\nholidays = ["01-01"]\n'
    home.config.write_text(f'[desks.acme]\nprovider = "demo"\n{contact}', encoding="utf-8")
    home.config.chmod(0o600)
    for code, text in WROTE.items():
        number = desk.open(desk.customer(f"Customer {code}"), code, text)
        clock.tick(60)
        desk.says(number, "a1", f"{DONE.get(code, 'We have sent it.')}\n> We have sent nothing")
    made = Session.open(home, clock)
    engine = Engine(made.db, "acme", desk, clock)
    for _ in range(2):
        clock.tick(10)
        await engine.once()
    yield made
    made.close()


@pytest.fixture
def ref(session: Session) -> Opened:
    """The ticket of the customer who writes a language."""
    known = {row.subject: row.ref for row in rows(session, queue_ids(session, ""))}
    return known.__getitem__


@pytest.mark.parametrize(
    ("code", "block"),
    [
        (
            "en",
            "You can reach us: reply to this message or call 030 123 and ask for Ana, tomorrow from 9:00.\nYour reference: ",
        ),
        (
            "de",
            "So erreichen Sie uns: antworten Sie auf diese Nachricht oder rufen Sie 030 123 an und fragen Sie nach Ana, morgen ab 9:00 Uhr.\nIhr Zeichen: ",
        ),
        (
            "fr",
            "Pour nous joindre : répondez à ce message ou appelez le 030 123 et demandez Ana, demain à partir de 9:00.\nVotre référence : ",
        ),
        (
            "es",
            "Puede contactar con nosotros: responda a este mensaje o llame al 030 123 y pregunte por Ana, mañana a partir de las 9:00.\nSu referencia: ",
        ),
        (
            "nl",
            "U kunt ons bereiken: antwoord op dit bericht of bel 030 123 en vraag naar Ana, morgen vanaf 9:00 uur.\nUw referentie: ",
        ),
        (
            "it",
            "You can reach us: reply to this message or call 030 123 and ask for Ana, tomorrow from 9:00.\nYour reference: ",
        ),
    ],
)
def test_the_contact_block_is_in_the_customers_language(
    session: Session, ref: Opened, code: str, block: str
) -> None:
    assert blocks.contact(session, ref(code)) == block + ref(code).partition("/")[2]


def test_a_name_alone_is_whom_one_reaches(session: Session, ref: Opened) -> None:
    session.home.config.write_text('[desks.acme]\nprovider = "demo"\n[contact]\nname = "Ana"\n')
    session.settings = load_settings(session.home.root)
    assert blocks.contact(session, ref("nl")).startswith("U kunt Ana bereiken: antwoord op dit bericht")


@pytest.mark.parametrize("code", CODES)
def test_the_recap_is_in_the_customers_language_and_its_places_are_for_the_agent(
    session: Session, ref: Opened, code: str
) -> None:
    said = block_words.words(code)
    made = blocks.recap(session, ref(code))
    first, done, after, reach = made.splitlines()
    assert first == said.say("recap")
    assert done == said.say("line", label=said.say("done"), text=DONE[code])
    assert "[[what happens next, and when; or take this line out]]" in after
    assert reach.startswith(said.say("line", label=said.say("reach"), text=said.say("reply")))
    assert blocks.is_recap(made)
    assert blocks.is_recap("\n".join(made.splitlines()[1:]))
    assert not blocks.is_recap(DONE[code])
    assert blocks.recap(session, ref(code), made) == made


@pytest.mark.parametrize("code", CODES)
def test_the_recap_has_promises_and_granted_remedies(
    session: Session, ref: Opened, clock: Clock, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    line = remedies.offer(session, ref(code), "refund", "1240.50")
    clock.tick()
    text = f"{remedies.paragraph(session, ref(code), [line])}\n\n{CALL[code]}"
    understood = promises.understand(session, ref(code), text)
    reply.reply(session, ref(code), text, promises=understood.new())
    remedies.settle(session)
    assert remedies.find(session, line.id).state == "granted"
    made, said = blocks.recap(session, ref(code)), block_words.words(code)
    assert said.say("line", label=said.say("next"), text=CALL[code]) in made
    assert said.say("offered", remedy=remedies.words(session, line)) in made
    friday = hours.moment(understood.found[0].due, understood.zone.info, code)
    assert f"{friday}." in made
    assert said.weekdays[4] in friday
    assert said.months[0] in friday


@pytest.mark.parametrize(
    ("code", "alone", "begin"),
    [
        (
            "de",
            "Wir können Ihnen anbieten: ein Guthaben von 1.240,50 EUR für Ihre nächste Bestellung.",
            "Wir können Ihnen anbieten:",
        ),
        (
            "fr",
            "Nous pouvons vous proposer un avoir de 1 240,50 EUR sur votre prochaine commande.",
            "Nous pouvons vous proposer :",
        ),
        ("es", "Podemos ofrecerle un vale de 1.240,50 EUR para su próximo pedido.", "Podemos ofrecerle:"),
        (
            "nl",
            "Wij kunnen u aanbieden: een tegoed van 1.240,50 EUR voor uw volgende bestelling.",
            "Wij kunnen u aanbieden:",
        ),
        ("it", "We can offer you a credit of 1,240.50 EUR for your next order.", "We can offer you:"),
    ],
)
def test_remedies_are_offered_in_the_customers_language(
    session: Session, ref: Opened, code: str, alone: str, begin: str
) -> None:
    (credit,), text = remedies.offer_all(session, ref(code), [("credit", "1240.50")])
    assert text == alone
    assert credit.label == "Store credit"  # what agents read
    more, both = remedies.offer_all(session, ref(code), [("replacement", ""), ("new_date", "")])
    assert both.splitlines()[0] == begin
    texts = {each.kind: each.text for each in remedies.choices(session, ref(code))}
    assert [texts[line.kind] for line in more] == [remedies.words(session, line) for line in more]


@pytest.mark.parametrize("code", CODES)
def test_a_draft_in_any_language_still_holds_what_it_offers(
    session: Session, ref: Opened, clock: Clock, code: str
) -> None:
    (line,), text = remedies.offer_all(session, ref(code), [("replacement", "")])
    assert remedies.free(session, [line.id], ref(code), text) == []
    assert [each.id for each in remedies.free(session, [line.id], ref(code), DONE[code])] == [line.id]
    clock.tick()
    (again,), text = remedies.offer_all(session, ref(code), [("credit", "49.90")])
    assert remedies.free(session, [again.id], ref(code), text) == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("cents", [1, 4_990, 124_050, 123_456_789, 100_000])
def test_an_amount_is_found_again_as_its_language_writes_it(code: str, cents: int) -> None:
    assert money.named_in(filled("{amount}", cents, "EUR", code), cents)
    assert not money.named_in(filled("{amount}", cents, "EUR", code), cents + 100)


def write(root: Path, text: str) -> None:
    (root / "remedies.toml").write_text(text, encoding="utf-8")
    (root / "remedies.toml").chmod(0o600)


OWN = '[remedies.gift]\nlabel = "Gift"\ntext = "a gift"\n'


def test_a_team_writes_its_own_texts_and_english_stands_in(session: Session, ref: Opened) -> None:
    write(session.home.root, OWN + '[remedies.gift.texts]\nde = "ein Geschenk"\n')
    offers = {code: remedies.choices(session, ref(code))[0].text for code in ("en", "de", "fr")}
    assert offers == {"en": "a gift", "de": "ein Geschenk", "fr": "a gift"}


@pytest.mark.parametrize(
    ("more", "line", "problem"),
    [
        ('texts = { xx = "cadeau" }', 4, "remedies.gift.texts.xx is not a language"),
        ('texts = { fr = "un cadeau de {amount}" }', 4, "remedies.gift.texts.fr wants an amount"),
        ('texts = { fr = "un {truc}" }', 4, "remedies.gift.texts.fr holds {truc}"),
        ('texts = { fr = " " }', 4, "remedies.gift.texts.fr is empty"),
        ('amount = "none"\n[remedies.gift.texts]\n\nnl = ""', 7, "remedies.gift.texts.nl is empty"),
    ],
)
def test_a_text_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, more: str, line: int, problem: str
) -> None:
    write(tmp_path, OWN + more)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert f"line {line}: {problem}" in caught.value.message


def test_every_language_has_every_word_with_the_same_places() -> None:
    english = block_words.words("en")
    for code in CODES:
        said = block_words.words(code)
        assert (len(said.weekdays), len(said.months)) == (7, 12)
        assert said.texts.keys() == english.texts.keys()
        for key in english.texts.keys() - {"weekdays", "months"}:
            assert places(said.texts[key]) == places(english.texts[key]), (code, key)
    for kind in BUILT_IN.values():
        assert [language for language, _ in kind.texts] == list(CODES)
        assert len({places(text) for text in kind.every()}) == 1


def places(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


@pytest.mark.parametrize("code", CODES)
def test_opening_hours_are_said_in_every_way(code: str) -> None:
    week = hours.read(["mon 9-12", "wed 9:00-12:00"], ["2026-01-07"])
    monday = 1_767_571_200 * SECOND  # 2026-01-05
    said = block_words.words(code)
    told = [
        hours.next_opening(week, monday + hour * 3_600 * SECOND, UTC, code) for hour in (-8, 8, 10, 24 + 8)
    ]
    assert said.say("tomorrow", start="9:00") == told[0]
    assert said.say("today_from", start="9:00", end="12:00") == told[1]
    assert said.say("today_until", end="12:00") == told[2]
    assert said.say("this_week", weekday=said.weekdays[0], start="9:00") == told[3]
