"""Each check on sentences that it should point at, and on sentences much like them that it should leave alone."""

from __future__ import annotations

import pytest
from heard_scene import NOW, PLAIN, found, wrote

from console.heard import HeardSettings, advise
from console.heard.values import CheckName

TOLD = (
    "My kettle K-200 leaks. The order number is A-10427, and I already restarted it twice. What will you do?"
)

POINTED_AT: dict[CheckName, list[tuple[str, str]]] = {
    "reask": [
        ("Could you tell us your order number?", "order number"),
        ("Please send me the order number so that I can look.", "order number"),
        ("What is your order number?", "order number"),
        ("Have you tried restarting it?", "restarting"),
    ],
    "vague_time": [
        ("We will get back to you shortly.", "shortly"),
        ("Someone will call you as soon as possible.", "as soon as possible"),
        ("The new one will be sent in due course.", "in due course"),
        ("I'll let you know soon.", "soon"),
        ("We are looking into it and will update you ASAP.", "ASAP"),
    ],
    "next_step_time": [
        ("A colleague will call you tomorrow at 9:30.", "tomorrow at 9:30"),
        ("The new kettle will arrive on 14 March.", "on 14 March"),
        ("I will write to you by the end of the week.", "by the end of the week"),
        ("You will have your money within 3 working days.", "within 3 working days"),
    ],
    "stock_phrase": [
        ("We are sorry for any inconvenience this may have caused.", "any inconvenience"),
        ("Your satisfaction is important to us.", "important to us"),
        ("We take this matter very seriously.", "seriously"),
        ("Please do not hesitate to contact us.", "do not hesitate"),
        ("Rest assured that we are working on it.", "Rest assured"),
        ("Thank you for your patience and understanding.", "patience and understanding"),
        ("We value your business.", "value your business"),
        ("Your call is important to us.", "important to us"),
        ("F\u00fcr R\u00fcckfragen stehen wir Ihnen gerne zur Verf\u00fcgung.", "R\u00fcckfragen stehen wir"),
        (
            "Nous vous prions d'accepter nos excuses pour la g\u00eane occasionn\u00e9e.",
            "g\u00eane occasionn\u00e9e",
        ),
        ("Lamentamos las molestias ocasionadas.", "molestias ocasionadas"),
        ("Onze excuses voor het ongemak.", "ongemak"),
    ],
    "policy_defence": [
        ("Our policy does not allow refunds after 30 days.", "policy"),
        ("Unfortunately this is not covered by our terms and conditions.", "terms and conditions"),
        ("As stated in the contract, we are not liable for this.", "not liable"),
        ("We cannot make an exception.", "cannot"),
        ("That is not our responsibility.", "responsibility"),
        ("Per company policy, opened items are non-refundable.", "policy"),
    ],
    "tone": [
        ("You should have read the manual.", "You should have"),
        ("As I already explained, it needs descaling.", "As I already explained"),
        ("Obviously you used too much water.", "Obviously"),
        ("That is not my problem.", "not my problem"),
        ("PLEASE READ THE MANUAL.", "PLEASE READ THE MANUAL"),
        ("You failed to give us the number.", "You failed to"),
        ("Once again, the kettle needs descaling.", "Once again"),
        ("Please read my previous message carefully.", "read my previous message"),
        ("If you had followed the instructions, it would work.", "If you had followed"),
        ("Good luck with that.", "Good luck with that"),
    ],
    "unfilled_hole": [
        ("Dear {{customer.first}}, it left.", "{{customer.first}}"),
        ("It arrives on [date].", "[date]"),
        ("Your order [[fill: number]] left.", "[[fill: number]]"),
        ("Hi <first name>, it left.", "<first name>"),
        ("It costs ____ EUR.", "____"),
        ("It arrives on XXXX.", "XXXX"),
        ("TODO ask the depot.", "TODO"),
        ("Hi %name%, it left.", "%name%"),
        ("Best regards,\n[Your Name]", "[Your Name]"),
    ],
    "attachment_missing": [
        ("I have attached the return label.", "I have attached"),
        ("Please find the invoice attached.", "find the invoice attached"),
        ("See attached.", "See attached"),
        ("The form is enclosed.", "form is enclosed"),
        ("I'm attaching a picture of the filter.", "I'm attaching"),
        ("You will find the label in the attachment.", "in the attachment"),
        ("Attached you will find the guide.", "Attached you will find"),
    ],
    "jargon": [
        ("I will escalate it.", "escalate"),
        ("We opened an RMA.", "RMA"),
        ("The SLA is eight hours.", "SLA"),
        ("L2 has it now.", "L2"),
    ],
}

LEFT_ALONE: dict[CheckName, list[str]] = {
    "reask": [
        "Which colour is it?",
        "Thank you for the order number.",
        "You already restarted it, so the seal is worn.",
        "Your order number A-10427 helps, is it still right?",
        "Could you send us a photo?",
    ],
    "vague_time": [
        "We will call you soon, on Monday at 9:00.",
        "Hope to see you again soon!",
        "As soon as you press it, the lamp goes on.",
        "Please reply as soon as possible.",
        "Get well soon!",
    ],
    "next_step_time": [
        "It usually takes 3 to 5 days.",
        "We are open until 17:00.",
        "You wrote to us on Monday.",
        "Press it for 10 seconds.",
        "Was it delivered yesterday?",
    ],
    "stock_phrase": [
        "I am sorry that the kettle leaked over your table.",
        "Your kettle is important for your mornings.",
        "Call us if it leaks again.",
        "Thank you for waiting two weeks for it.",
        "Ich melde mich am Montag bei Ihnen.",
    ],
    "policy_defence": [
        "Our policy does not allow refunds after 30 days, but I can offer you a new kettle.",
        "I have changed our policy note so that it is clearer. Your refund is on its way.",
        "We cannot wait to see it.",
        "I cannot find your order, what is its number?",
        "Is it still under warranty?",
    ],
    "tone": [
        "You should have received it by now.",
        "You did not do anything wrong.",
        "If you did not get the mail, look in the spam folder.",
        "It obeys the same rules.",
        "The USB and HDMI cables fit.",
        "I am sorry that nobody told you.",
        "I told you the lamp would ship the next day, and a week later you still have none.",
        "We told you that it was out of stock, and it was not.",
        "Once again, I am sorry that it leaked.",
        "Thank you once again!",
        "If you'd look under the base, you will see the number.",
        "Had you followed all five steps when it beeped?",
        "I see why you say that this is ridiculous.",
        "Everyone else at home may keep using it.",
    ],
    "unfilled_hole": [
        "The price (10.00) holds [until Friday] <3",
        "See https://x.example/{id}/y_z for more.",
        "The serial is 4XX-99.",
        "Use a[0] in the script.",
        "Press <Enter> to go on.",
    ],
    "attachment_missing": [
        "Thank you for the photo that you attached.",
        "The attachment for the mixer is sold out.",
        "Could you attach a photo?",
        "The lid is attached to the kettle.",
        "If the label is not attached, tell us.",
    ],
    "jargon": ["The kettle has a leak.", "I pass it on to our workshop."],
}


@pytest.mark.parametrize(
    ("check", "draft", "words"),
    [(name, draft, words) for name, pairs in POINTED_AT.items() for draft, words in pairs],
)
def test_it_is_pointed_at(check: CheckName, draft: str, words: str) -> None:
    assert any(words in part for part in found(draft, check, TOLD)), found(draft, check, TOLD)


@pytest.mark.parametrize(
    ("check", "draft"), [(name, draft) for name, drafts in LEFT_ALONE.items() for draft in drafts]
)
def test_it_is_left_alone(check: CheckName, draft: str) -> None:
    assert found(draft, check, TOLD) == []


def test_a_question_asked_again_names_the_answer_and_its_message() -> None:
    story = [wrote(TOLD, 3, number="m7"), wrote("Hello? Is anybody there?", 1, number="m8")]
    (check,) = advise("What is your order number?", story, HeardSettings(), NOW).checks
    assert (check.found, check.message_id) == ("A-10427", "m7")
    assert "A-10427" in check.say


def test_only_the_first_missing_attachment_is_told() -> None:
    draft = "I have attached the label. See attached."
    checks = advise(draft, [wrote(TOLD)], PLAIN, NOW).checks
    assert [one.name for one in checks] == ["attachment_missing"]
