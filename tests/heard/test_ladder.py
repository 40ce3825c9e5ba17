"""The ladder over a conversation: what stays met, what is asked for anew, what is not needed."""

from __future__ import annotations

import pytest
from heard_scene import HOUR, NOW, advice, answered, shows, state, wrote

from console.heard import STEPS, HeardSettings, Span, advise
from store.rows import Item

LATE = "My parcel has not arrived and nobody answers. This is ridiculous!"
GOOD = (
    "I am sorry your parcel has not arrived, that is frustrating. The van broke down. I have sent a new one."
)


def test_a_whole_reply_climbs_the_whole_ladder() -> None:
    draft = (
        "I am sorry that your parcel still has not arrived. That is frustrating. It is late because the van broke down,"
        " and I have asked the driver to come again. He will call you tomorrow by 10:00."
    )
    heard = advice(draft, LATE)
    assert [step.state for step in heard.steps] == ["seen"] * 5
    assert heard.suggestion == ""


def test_the_steps_come_in_their_order() -> None:
    assert tuple(step.name for step in advice("", LATE).steps) == STEPS


def test_an_empty_draft_has_a_first_suggestion_that_quotes_the_customer() -> None:
    heard = advice("", LATE)
    assert {step.state for step in heard.steps} == {"not_seen"}
    assert "My parcel has not arrived" in heard.suggestion


def test_the_words_of_a_step_are_underlined() -> None:
    draft = "Hello Ana, I am sorry your parcel has not arrived."
    assert advice(draft, LATE).step("hear").spans == (Span(16, 49),)
    assert draft[16:49] == "sorry your parcel has not arrived"


def test_a_step_of_an_earlier_message_stays_met_without_words_in_the_draft() -> None:
    step = advice("Is your address still the same?", wrote(LATE), answered(GOOD)).step("apologize")
    assert (step.state, step.spans) == ("seen", ())


def test_a_new_problem_asks_for_the_steps_again() -> None:
    story = (wrote(LATE, 3), answered(GOOD, 2), wrote("Another problem: the invoice is wrong.", 1))
    assert state("", "apologize", *story) == "not_seen"


def test_a_problem_after_thanks_is_a_new_one() -> None:
    story = (
        wrote(LATE, 3),
        answered(GOOD, 2),
        wrote("Thank you, it is here!", 1.5),
        wrote("The lid is broken.", 1),
    )
    assert state("", "hear", *story) == "not_seen"


def test_a_fix_that_did_not_help_asks_for_another_one_and_for_the_cause() -> None:
    story = (wrote(LATE, 3), answered(GOOD, 2), wrote("Still not here.", 1))
    assert state("", "resolve", *story) == "not_seen"
    assert state("", "empathize", *story) == "seen"


def test_a_message_of_another_ticket_meets_nothing() -> None:
    story = (wrote(LATE, 3), answered(GOOD, 2, ref="acme/2"))
    assert state("", "apologize", *story) == "not_seen"


def test_a_reply_in_the_outbox_counts_and_a_note_does_not() -> None:
    def waiting(channel: str) -> Item:
        return Item("acme/1", "S", "outbox", channel, "agent", "Bo", NOW - HOUR, GOOD, "op", "queued")

    assert state("", "apologize", wrote(LATE), waiting("email")) == "seen"
    assert state("", "apologize", wrote(LATE), waiting("note")) == "not_seen"


def test_the_ticket_that_is_answered_is_the_one_that_counts() -> None:
    story = (wrote(LATE, 3, ref="acme/1"), wrote("What colours do you have?", 1, ref="acme/2"))
    assert advice("", *story, ref="acme/2").step("apologize").state == "not_needed"
    assert advice("", *story, ref="acme/1").step("apologize").state == "not_seen"


def test_a_calm_question_needs_an_answer_and_no_sympathy() -> None:
    heard = advice("", "What colours do you have?")
    assert [step.state for step in heard.steps] == [
        "not_needed",
        "not_needed",
        "not_needed",
        "not_seen",
        "not_needed",
    ]
    assert heard.suggestion.startswith("Say what you do about it")


def test_thanks_and_small_talk_get_no_prompts() -> None:
    for draft in (
        "Thank you so much! Have a great day.",
        "You're welcome, Ana!",
        "Hi Ana, thanks for the kind words.",
    ):
        heard = advice(draft, LATE)
        assert {step.state for step in heard.steps} == {"not_needed"}
        assert heard.suggestion == ""


def test_nothing_is_asked_for_when_the_customer_says_that_it_works() -> None:
    heard = advice("", wrote(LATE, 3), answered("We sent it.", 2), wrote("It works now, thank you!", 1))
    assert {step.state for step in heard.steps} <= {"seen", "not_needed"}


@pytest.mark.parametrize(
    "newest",
    [
        "Sorry to open this again: it has started once more.",
        "Please reopen my ticket.",
        "The lid of the mixer is torn.",
    ],
)
def test_who_comes_back_after_thanks_is_not_settled(newest: str) -> None:
    story = (
        wrote(LATE, 3),
        answered("We sent it.", 2),
        wrote("It works now, thank you!", 1.5),
        wrote(newest, 1),
    )
    assert {state("", step, *story) for step in ("hear", "apologize", "resolve")} == {"not_seen"}


def test_what_is_only_told_is_trouble_as_well_but_no_fault() -> None:
    told = wrote("The invoice was for the chair, they carried in an armchair.")
    assert [state("", step, told) for step in ("hear", "empathize", "diagnose")] == [
        "not_seen",
        "not_seen",
        "not_needed",
    ]
    for calm in (
        "My order number is MP-1.",
        "Please send it to Elm Street.",
        "We would like to move the visit to May.",
    ):
        assert state("", "empathize", wrote(calm)) == "not_needed"


def test_a_customer_in_another_language_is_not_called_calm() -> None:
    step = advice("", wrote("Ich habe seit Tagen nichts von Ihnen gehört.")).step("empathize")
    assert step.state == "not_needed"
    assert "English" in step.why


def test_the_quote_is_a_sentence_that_tells_something() -> None:
    told = wrote("The engineer left mud on the carpet in the hall. Never again. This is a problem.")
    assert "mud on the carpet" in advice("", told).suggestion


def test_a_smiley_behind_the_full_stop_is_read() -> None:
    assert state("", "empathize", wrote("I wait for the second day. \U0001f621")) == "not_seen"
    assert state("", "empathize", wrote("I wait for the second day.")) == "not_needed"


def test_without_any_text_of_the_customer_only_an_answer_is_looked_for() -> None:
    heard = advice("Hello Ana,")
    assert heard.step("empathize").state == "not_needed"
    assert heard.step("resolve").state == "not_seen"


def test_a_draft_in_another_language_is_not_judged() -> None:
    for draft in (
        "Vielen Dank für Ihre Nachricht, wir sind noch nicht fertig.",
        "Nous sommes désolés pour votre commande.",
        "Lo sentimos, su pedido está en camino.",
        "ご不便をおかけして申し訳ございません",
        "Мы уже отправили ваш заказ",
    ):
        heard = advice(draft, LATE)
        assert {step.state for step in heard.steps} == {"not_needed"}
        assert "not in English" in heard.steps[0].why
        assert heard.suggestion == ""


def test_a_waived_step_says_why_and_is_not_suggested() -> None:
    settings = HeardSettings(waive={"hear": "They asked for facts only."})
    heard = advice("", LATE, settings=settings)
    assert (heard.step("hear").state, heard.step("hear").why) == ("waived", "They asked for facts only.")
    assert heard.suggestion.startswith("Say that you see")


def test_a_muted_step_is_never_suggested() -> None:
    everything = HeardSettings(muted=(*STEPS, "stock_phrase"))
    assert advice("We apologise for any inconvenience.", LATE, settings=everything).suggestion == ""


def test_quoted_history_says_nothing_about_the_draft() -> None:
    assert not shows(
        "> I am sorry your parcel is late\n> That is frustrating.\nHello Ana,", "empathize", LATE
    )


def test_a_link_to_our_own_pages_is_not_an_answer_by_itself() -> None:
    assert not shows("https://example.com/help", "resolve", LATE)


def test_repeated_effort_is_named_in_the_suggestion() -> None:
    story = (wrote(LATE, 5, ref="acme/1"), answered("We look.", 4), wrote(f"{LATE} Again!", 1, ref="acme/2"))
    assert "2nd contact in 5 days" in advice("", *story).suggestion


def test_the_advice_is_the_same_every_time() -> None:
    story = (wrote(LATE, 3), answered(GOOD, 2))
    assert advise("Hello", story, HeardSettings(), NOW) == advise("Hello", list(story), HeardSettings(), NOW)


def test_nobody_is_told_to_add_what_may_be_there() -> None:
    told = "My order 4471 has not come, and I am at home."
    assert state("Sorry. Our couriers in Hull, all two of them.", "resolve", told) == "unsure"
    assert state("Sorry. What is your name?", "resolve", told) == "not_seen"


def test_what_the_customer_said_is_heard_in_other_words() -> None:
    told = "The driver left my box in the rain, and the books are soaked."
    assert shows("Your parcel should never have been left where it gets wet.", "hear", told)
    assert not shows("A parcel should never be late.", "hear", told)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Ik heb nog steeds niets gehoord.", False), ("¿Hay novedades?", False), ("Wo bleibt mein Paket?", False),
        ("Je n\u2019ai toujours aucune réponse.", False), ("Hallo Ben, nothing came.", True), ("Ha! Still nothing, no news.", True),
    ],
)  # fmt: skip
def test_a_short_question_tells_its_language(text: str, read: bool) -> None:  # noqa: FBT001  (a parameter)
    assert (state("", "empathize", wrote(text)) == "not_seen") is read


def test_a_request_without_a_question_mark_wants_an_answer() -> None:
    request = wrote("I want to cancel my membership. I have moved. Please confirm the end date.")
    assert state("Sorry to see you go! Would you like to tell us why?", "resolve", request) == "not_seen"
    assert state("I have cancelled it; it ends on 31 December.", "resolve", request) == "seen"


def test_who_only_tells_of_trouble_wants_an_answer_too() -> None:
    told = wrote("I ordered a gluten free cake and the label on the box says it contains wheat.")
    assert state("Please send us a photo of the label.", "resolve", told) != "not_needed"


def test_sorry_with_what_they_deserved_behind_it_is_an_apology() -> None:
    cold = wrote("The heating did not work, both nights.")
    assert (
        state("Two nights without heating: I'm truly sorry, you deserved better.", "apologize", cold)
        == "seen"
    )


@pytest.mark.parametrize(
    "draft",
    ["I'm sorry it took three emails.", "Sorry that you had to tell us twice.", "Is your daughter okay?"],
)
def test_naming_the_repeated_effort_and_asking_how_they_are_is_empathy(draft: str) -> None:
    assert state(draft, "empathize", wrote("My boots never came and nobody answers.")) == "seen"


def test_a_rule_cited_beside_a_flat_fact_is_no_answer() -> None:
    late = wrote("My claim was filed six weeks ago and I still have no answer.")
    assert (
        state("As per our SLA claims take 8 weeks. There is nothing we can do.", "resolve", late)
        == "not_seen"
    )


def test_what_makes_it_fail_is_a_cause() -> None:
    drops = wrote("My router drops every ten minutes.")
    assert state("The new version crashes the RX-2200 when IPv6 is on.", "diagnose", drops) == "seen"


@pytest.mark.parametrize(
    "draft",
    [
        "Goedemorgen, wat is uw klantnummer? We nemen zo snel mogelijk contact op.",
        "Beste Sanne, de monteur komt morgen.",
        "Hallo Karin, es tut mir leid, der Tank war gerissen.",
        "Merci, c'est r\u00e9gl\u00e9.",
        "Buenos d\u00edas, he devuelto el dinero.",
    ],
)
def test_a_short_draft_in_another_language_is_known_for_one(draft: str) -> None:
    assert state(draft, "resolve", wrote("Hallo?")) == "not_needed"


@pytest.mark.parametrize(
    "draft",
    [
        "Dear Mr van den Berg, the new part leaves today.",
        "Hi Maria de la Cruz, done!",
        "We are in Rue de la Paix 4.",
    ],
)
def test_a_foreign_name_leaves_a_draft_english(draft: str) -> None:
    told = advice(draft, wrote("My part is broken.")).step("resolve").why
    assert "not in English" not in told
