"""The check for a macro that does not fit: sent nearly word for word, or about something else than the ticket."""

from __future__ import annotations

import pytest

from console.heard import Advice, Canned, HeardSettings, advise
from store.rows import Item

RESET = Canned(
    "account/reset",
    "Password reset",
    "Hi {{customer.first}},\n\nYou can set a new password yourself: open the app, choose Forgotten password, and follow "
    "the link in the message. [[fill: what they told us]]\n\nIf the link does not arrive within ten minutes, look into "
    "the folder for unwanted mail.\n\n{{agent.name}}",
    ("password reset", "password", "login"),
)
REFUND = Canned(
    "refund",
    "Refund",
    "Hi {{customer.first}},\n\nI sent the money for your order back today, to the card that you paid with. "
    "[[fill: what they told us]]\n\nYour bank shows it within five working days.\n\n{{agent.name}}",
    ("refund", "money back", "charged_twice"),
)
MACROS = (RESET, REFUND)
ABOUT_MONEY = (
    Item(
        "a/1",
        "Refund please",
        "message",
        "web",
        "customer",
        "Ana",
        1,
        "You charged me twice. I want a refund.",
    ),
)
ABOUT_LOGIN = (
    Item(
        "a/1",
        "Cannot get in",
        "message",
        "web",
        "customer",
        "Ana",
        1,
        "The app wants my password and says no.",
    ),
)
OWN = "You wrote on Monday that the shop app asked for your old number again and that you gave up after the third try. "


def filled(macro: Canned, hole: str = "") -> str:
    names = {"{{customer.first}}": "Ana", "{{agent.name}}": "Bo Berg"}
    text = macro.text.replace("[[fill: what they told us]]", hole)
    for name, value in names.items():
        text = text.replace(name, value)
    return text


def looked_at(
    draft: str, story: tuple[Item, ...], macros: tuple[Canned, ...] = MACROS, muted: tuple[str, ...] = ()
) -> Advice:
    return advise(draft, story, HeardSettings(muted=muted), 2_000_000, ref="a/1", macros=macros)


def said(draft: str, story: tuple[Item, ...], macros: tuple[Canned, ...] = MACROS) -> list[str]:
    return [check.say for check in looked_at(draft, story, macros).checks if check.name == "macro_misfit"]


def test_a_macro_on_another_theme_is_told_with_both_themes() -> None:
    assert said(filled(RESET, OWN), ABOUT_MONEY) == [
        'The macro "Password reset" is about password reset; this ticket seems to be about refund.'
    ]
    assert not said(filled(REFUND, OWN), ABOUT_MONEY)


def test_a_macro_word_for_word_is_told_and_one_that_was_edited_is_not() -> None:
    assert said(filled(REFUND), ABOUT_MONEY) == [
        'This is the macro "Refund" nearly word for word: say something about this customer.'
    ]
    assert said(filled(REFUND, "Sorry."), ABOUT_MONEY)
    assert not said(filled(REFUND, OWN), ABOUT_MONEY)


def test_it_is_said_before_the_steps_are() -> None:
    assert looked_at(filled(RESET, OWN), ABOUT_MONEY).suggestion.startswith(
        'The macro "Password reset" is about'
    )


def test_names_that_were_filled_in_are_no_edits_and_open_places_neither() -> None:
    short = Canned(
        "s",
        "Short",
        "Hi {{customer.name}}, {{ticket.subject}} is booked again for the very next van. {{agent.name}}",
    )
    draft = "Hi Ana Maria Lopez, Late kettle is booked again for the very next van. Bo Berg"
    assert said(draft, ABOUT_MONEY, (short,))
    assert said(REFUND.text, ABOUT_MONEY)


def test_half_a_macro_without_a_word_of_ones_own_is_still_the_macro() -> None:
    half = filled(REFUND).partition("Your bank")[0]
    assert said(half, ABOUT_MONEY)
    assert not said("I sent the money for your order back today.", ABOUT_MONEY)


@pytest.mark.parametrize(
    ("draft", "macros"),
    [
        (filled(REFUND), ()),
        ("", MACROS),
        ("Dear Ana, I looked at your card and one payment of the two goes back today. Bo", MACROS),
        ("Thank you!", (Canned("t", "Thanks", "Thank you!", ("thanks",)),)),
    ],
)
def test_nothing_is_said_without_macros_or_of_ones_own_words(draft: str, macros: tuple[Canned, ...]) -> None:
    assert not said(draft, ABOUT_MONEY, macros)


def test_a_theme_is_only_doubted_where_it_is_named_and_another_macro_fits() -> None:
    bare = Canned(RESET.name, RESET.title, RESET.text)
    assert not said(filled(RESET, OWN), ABOUT_MONEY, (bare, REFUND))
    assert not said(filled(RESET, OWN), ABOUT_MONEY, (RESET,))
    assert not said(filled(RESET, OWN), ABOUT_LOGIN)
    assert not said(filled(RESET, OWN), ())


def test_one_word_in_passing_is_no_theme() -> None:
    story = (
        Item(
            "a/1",
            "Question",
            "message",
            "web",
            "customer",
            "Ana",
            1,
            "I had a refund once. Where is the manual?",
        ),
    )
    assert not said(filled(RESET, OWN), story)


def test_keywords_are_found_in_every_script_and_as_tags() -> None:
    russian = Canned(
        "r",
        "\u0412\u043e\u0437\u0432\u0440\u0430\u0442",
        REFUND.text,
        ("\u0432\u043e\u0437\u0432\u0440\u0430\u0442",),
    )
    story = (
        Item(
            "a/1",
            "\u0432\u043e\u0437\u0432\u0440\u0430\u0442",
            "message",
            "web",
            "customer",
            "\u0410\u043d\u043d\u0430",
            1,
            "\u0433\u0434\u0435?",
        ),
    )
    found = said(filled(RESET, OWN), story, (RESET, russian))
    assert found
    assert "\u0432\u043e\u0437\u0432\u0440\u0430\u0442" in found[0]
    tagged = Canned("t", "Twice", "Nothing in common.", ("charged_twice",))
    charged = said(
        filled(RESET, OWN),
        (Item("a/1", "Charged twice", "message", "web", "customer", "Ana", 1, "x"),),
        (RESET, tagged),
    )
    assert charged == [
        'The macro "Password reset" is about password reset; this ticket seems to be about charged twice.'
    ]


def test_the_span_is_a_place_of_the_draft_and_it_can_be_muted() -> None:
    draft = f"{OWN}\n\n{filled(RESET, OWN)}"
    check = next(one for one in looked_at(draft, ABOUT_MONEY).checks if one.name == "macro_misfit")
    assert 0 <= check.span.start < check.span.end <= len(draft)
    assert check.found == RESET.name
    muted = looked_at(draft, ABOUT_MONEY, muted=("macro_misfit",))
    assert not [one for one in muted.checks if one.name == "macro_misfit"]


def test_a_long_draft_against_many_macros_ends() -> None:
    many = tuple(Canned(str(n), f"T{n}", f"word{n} again and again " * 400, ("refund",)) for n in range(50))
    assert looked_at("again and again " * 900, ABOUT_MONEY, many).steps
