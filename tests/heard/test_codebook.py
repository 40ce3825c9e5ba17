"""Every cell of the codebook, and every reading of an unclear case, as one sentence of a reply."""

from __future__ import annotations

import pytest
from heard_scene import found, shows, state

LATE = "My parcel should have come on Monday and it still has not arrived. This is really frustrating!"
DVR = "The DVR box records nothing since the update, I already restarted it twice."
ASK = "When do you open on Sunday?"

YES = [
    ("hear", LATE, "I am sorry your parcel is late."),
    ("hear", LATE, "You mentioned that it was due on Monday."),
    ("hear", LATE, "I see that your parcel has still not come since Monday."),
    ("hear", DVR, "Thank you for trying that restart."),
    ("hear", DVR, "Sorry to hear that restarting it did not help."),
    ("hear", "I love the new cheese sauce, it is back at last!", "We are glad you love the new cheese sauce."),
    ("hear", "I cannot sign in at all.", "Sorry to hear about the trouble with signing in to the portal."),
    ("hear", DVR, "So you restarted the box twice?"),
    ("hear", DVR, "Thank you for completing those steps."),
    ("hear", "It records again, thanks!", "Glad to hear that it is working again."),
    ("hear", "Please close my account.", "Your account is closed as requested."),
    ("hear", LATE, "We are sorry for the delay."),
    ("hear", LATE, "I know how frustrating delays can be."),
    ("hear", LATE, "I'm sorry that you feel we forgot the parcel."),
    ("hear", DVR, "I see that there was an update before the box stopped recording."),
    ("hear", DVR, "If the box records nothing after an update, please reset it."),
    ("hear", DVR, "Any luck after the restart?"),
    ("hear", "How can I change the delivery address?", "We can check whether the delivery address may change."),
    ("hear", "Look at my new costume!", "That looks amazing!"),
    ("hear", "I hope the barbecue will not be rained off.", "We hope the barbecue will be dry."),
    ("hear", DVR, "Given your description, it needs a new disk."),
    ("hear", "The jar came with a broken seal.", "Thanks for letting us know about the broken seal."),
    ("hear", "I got a green sofa and not a blue one.", "Oh no, that's not the sofa you ordered!"),
    ("hear", "Please cancel my order.", "I have received your request to cancel your order."),
    ("hear", LATE, "We are sorry it has taken so long."),
    ("hear", DVR, "Since the restart did not help, please try another cable."),
    ("hear", DVR, "Thanks for giving that a go."),
    ("hear", LATE, "My apologies for our failure to deliver your parcel on Monday."),
    ("empathize", LATE, "That is frustrating."),
    ("empathize", LATE, "I am sorry to hear that."),
    ("empathize", LATE, "Oh no!"),
    ("empathize", LATE, "I understand how upsetting this must be."),
    ("empathize", LATE, "I completely understand."),
    ("empathize", LATE, "That's not the experience we want you to have."),
    ("empathize", LATE, "I would be annoyed too."),
    ("empathize", LATE, "This should not have happened."),
    ("apologize", LATE, "I am sorry for the wait."),
    ("apologize", LATE, "Sorry about the mix-up."),
    ("apologize", LATE, "Sorry your order has not arrived."),
    ("apologize", LATE, "Our apologies, Ana."),
    ("apologize", LATE, "We are so sorry!"),
    ("apologize", LATE, "This is our mistake."),
    ("resolve", ASK, "We open at ten on Sundays."),
    ("resolve", ASK, "I do not see why not."),
    ("resolve", DVR, "Resetting the box should fix it."),
    ("resolve", DVR, "Please hold the power button for ten seconds."),
    ("resolve", DVR, "Could you try another cable?"),
    ("resolve", LATE, "I have passed this to our delivery team."),
    ("resolve", LATE, "She will call you this afternoon."),
    ("resolve", LATE, "Please contact our delivery office at 020 7946 0999."),
    ("resolve", LATE, "Send us the number and we'll get a refund arranged."),
    ("resolve", LATE, "Please let the store manager know."),
    ("resolve", LATE, "We are working hard to get your parcel to you."),
    ("resolve", LATE, "Give me a few minutes to look for it."),
    ("resolve", LATE, "Your claim is under review."),
    ("resolve", LATE, "Our delivery team will look into it."),
    ("resolve", LATE, "Your refund has been issued."),
    ("resolve", LATE, "You can choose another day here: https://example.com/days"),
    ("resolve", LATE, "Our policy allows one date a week. I can send it again on Friday."),
    ("diagnose", LATE, "It is late because the van broke down."),
    ("diagnose", LATE, "The delay was caused by the storm."),
    ("diagnose", LATE, "We changed the label so that this does not happen again."),
    ("diagnose", DVR, "Does this happen on all channels?"),
    ("diagnose", DVR, "Which version of the software is on the box?"),
    ("diagnose", DVR, "When did it start?"),
    ("diagnose", DVR, "Let us know which model it is."),
    ("diagnose", DVR, "Everything looks fine on our end."),
    ("diagnose", LATE, "Since the road is closed, the van could not pass."),
    ("diagnose", LATE, "Deliveries are taking longer than usual."),
    ("diagnose", DVR, "Have you tried another cable?"),
    ("diagnose", DVR, "Recording is not available in your region."),
]  # fmt: skip

NO = [
    ("hear", LATE, "I understand your concern."),
    ("hear", DVR, "We are sorry about the issues with the DVR."),
    ("hear", ASK, "We open at ten on Sundays."),
    ("hear", LATE, "Thank you for contacting us."),
    ("hear", LATE, "Sorry to hear that, Ana."),
    ("hear", LATE, "Sorry for the delayed reply."),
    ("hear", ASK, "We are sorry for the delay."),
    ("hear", LATE, "Sorry for the delay in our reply."),
    ("hear", DVR, "I apologise for your DVR issue."),
    ("hear", LATE, "If you have any questions, please let us know."),
    ("hear", DVR, "If you still have the problem, call us."),
    ("hear", LATE, "We hope you have a great day."),
    ("hear", LATE, "I am so sorry about this Helena."),
    ("hear", LATE, "Sorry for any confusion."),
    ("hear", DVR, "Thank you for your patience."),
    ("empathize", LATE, "We are here for you."),
    ("empathize", LATE, "I am sorry you feel that way."),
    ("empathize", "It works now, thank you!", "I am glad that it works."),
    ("empathize", ASK, "I understand, sir."),
    ("apologize", LATE, "I am sorry to hear that."),
    ("apologize", LATE, "I am sorry you feel this way."),
    ("apologize", LATE, "Sorry, I do not understand."),
    ("apologize", LATE, "Sorry, we don't offer that."),
    ("apologize", LATE, "We apologise for any inconvenience."),
    ("apologize", LATE, "No need to apologise."),
    ("resolve", LATE, "Please send us a DM so that we can help."),
    ("resolve", LATE, "Contact us and we'll take a look."),
    ("resolve", LATE, "What is your order number?"),
    ("resolve", LATE, "Let us know if you need anything."),
    ("resolve", DVR, "Have you tried another cable?"),
    ("resolve", LATE, "Our policy does not allow refunds."),
    ("resolve", LATE, "We are happy to help!"),
    ("resolve", LATE, "Your happiness is our top priority."),
    ("resolve", LATE, "We have sent you a direct message with further questions."),
    ("resolve", "I love the new sauce, it made my day!", "It is the best sauce in town."),
    ("diagnose", LATE, "What is your name and address?"),
    ("diagnose", LATE, "Can you tell us the order number?"),
    ("diagnose", DVR, "Please tell us more."),
    ("diagnose", DVR, "Could you send us a screenshot?"),
    ("diagnose", DVR, "Could you send us a photo of the error message?"),
    ("diagnose", LATE, "We will do it as soon as we can."),
    ("diagnose", LATE, "Due to our privacy policy we cannot say."),
]  # fmt: skip


@pytest.mark.parametrize(("step", "customer", "reply"), YES)
def test_the_reply_has_the_step(step: str, customer: str, reply: str) -> None:
    assert shows(reply, step, customer)


@pytest.mark.parametrize(("step", "customer", "reply"), NO)
def test_the_reply_has_not_the_step(step: str, customer: str, reply: str) -> None:
    assert not shows(reply, step, customer)


def test_any_inconvenience_is_half_an_apology_with_a_hint() -> None:
    draft = "We apologise for any inconvenience."
    assert state(draft, "apologize", LATE) == "partly"
    assert found(draft, "stock_phrase", LATE) == ["apologise for any inconvenience"]


def test_a_named_impact_is_a_whole_apology() -> None:
    draft = "I am sorry that your parcel missed the birthday."
    assert state(draft, "apologize", LATE) == "seen"
    assert found(draft, "stock_phrase", LATE) == []


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("I will escalate to T2.", ["escalate", "T2"]),
        ("We open a ticket in the CRM.", ["ticket", "CRM"]),
        ("Format the stick as FAT32.", ["FAT32"]),
        ("There is an open circuit at your house.", ["open circuit"]),
        ("Please give us the PNR.", ["PNR"]),
        ("Our delivery team has it.", []),
        ("I have asked our billing colleagues.", []),
    ],
)
def test_trade_words_are_told(reply: str, words: list[str]) -> None:
    assert found(reply, "jargon", LATE) == words


def test_a_word_that_the_customer_used_first_is_no_jargon() -> None:
    assert found("Your ticket is open.", "jargon", "What about my ticket?") == []


def test_a_travel_ticket_is_no_jargon() -> None:
    assert found("Your train ticket is valid all day.", "jargon", LATE) == []


@pytest.mark.parametrize(
    ("reply", "time"),
    [
        ("I will call you tomorrow.", "tomorrow"),
        ("You will have the refund by Friday 17:00.", "by Friday 17:00"),
        ("We'll send it again within 24 hours.", "within 24 hours"),
        ("The engineer is due on the 18th November.", "on the 18th November"),
        ("One of us will reply first thing in the morning.", "first thing in the morning"),
    ],
)
def test_the_next_step_has_a_time(reply: str, time: str) -> None:
    assert found(reply, "next_step_time", LATE) == [time]


@pytest.mark.parametrize(
    "reply",
    [
        "It usually takes three to five days.",
        "Refunds can take up to 10 days.",
        "The room is available at 8 pm, shall I book it?",
        "We open at ten on Sundays.",
        "Please send it back within 14 days.",
        "I am sorry for the trouble today.",
    ],
)
def test_a_usual_period_or_a_slot_is_no_promise(reply: str) -> None:
    assert found(reply, "next_step_time", LATE) == []


def test_soon_is_offered_as_a_promise_that_wants_a_date() -> None:
    assert found("We will get back to you soon.", "vague_time", LATE) == ["soon"]


def test_a_rule_without_an_offer_is_told() -> None:
    assert found("Our policy does not allow refunds.", "policy_defence", LATE)


def test_a_rule_with_an_offer_is_not() -> None:
    draft = "Our policy does not allow refunds. I can send you a new one today."
    assert found(draft, "policy_defence", LATE) == []


@pytest.mark.parametrize(
    "draft", ["I'm sorry Mark didn't call you.", "I am so sorry that Dr Patel was not there on Monday."]
)
def test_sorry_for_what_a_named_colleague_did_not_do_apologises(draft: str) -> None:
    assert shows(draft, "apologize", "Nobody called me, I am still waiting!")


def test_sorry_before_a_refusal_of_ours_does_not() -> None:
    draft = "I'm sorry Mark, I can't do that."
    assert not shows(draft, "apologize", "Nobody called me, I am still waiting!")
