"""What the customer told us, and questions that it answers."""

from __future__ import annotations

import pytest
from heard_scene import NOW, PLAIN, advice, answered, found, wrote

from console.heard import advise, restate
from console.heard.values import Edit, Fact


def told(text: str, kind: str) -> list[str]:
    """The values of one kind in one message."""
    return [fact.value for fact in advice("", text).facts if fact.kind == kind]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("order", "My order number is A-10427.", "A-10427"),
        ("order", "Order #4471002 never came", "4471002"),
        ("order", "it is 123-1234567-1234567", "123-1234567-1234567"),
        ("order", "Booking reference GEX8LD, please", "GEX8LD"),
        ("account", "my account number: 8841-22", "8841-22"),
        ("account", "Gamertag is BlueFox77", "BlueFox77"),
        ("device", "It is an iPhone 7 Plus.", "iPhone 7 Plus"),
        ("device", "I run iOS 11.0.3 here", "iOS 11.0.3"),
        ("date", "I bought it on 3 May 2025.", "3 May 2025"),
        ("date", "since yesterday", "yesterday"),
        ("amount", "You took £49.90 from me", "£49.90"),
        ("amount", "that is 12 euros", "12 euros"),
        ("address", "I live at 12 Mill Lane", "12 Mill Lane"),
        ("address", "my zip code is 14086", "14086"),
        ("email", "Write to Ana.Lind@example.com.", "Ana.Lind@example.com"),
        ("phone", "call me on +44 7700 900123", "+44 7700 900123"),
        ("tried", "I already restarted the router.", "I already restarted the router"),
        ("wanted", "I want a refund for this.", "I want a refund for this"),
        ("happened", "Hello. My kettle leaks. Thanks", "My kettle leaks."),
        (
            "worry",
            "It leaks. I am worried that it burns the house down!",
            "I am worried that it burns the house down!",
        ),
        ("worry", "I will miss my flight without it.", "I will miss my flight without it."),
        ("worry", "My exam is on Friday.", "My exam is on Friday."),
        ("order", "My order is AB-12/34.", "AB-12/34"),
        ("order", "Order no. 12345 is late", "12345"),
        ("order", "The order (A-12345) is late", "A-12345"),
        ("order", "Track & Trace code 3SABCD1234567", "3SABCD1234567"),
        ("account", "Kundennr. 44551 bitte", "44551"),
        ("order", "Meine Bestellung Nr. 88213 ist nicht da.", "88213"),
        ("order", "Bestellnummer 4711-0815 fehlt.", "4711-0815"),
        ("order", "Ma commande n\u00b0 55621 n'est pas arriv\u00e9e.", "55621"),
        ("order", "N\u00famero de pedido: ES-4432-1", "ES-4432-1"),
        ("order", "Mijn bestelnummer is 99123.", "99123"),
        ("account", "Meine Kundennummer lautet K-20311.", "K-20311"),
        ("account", "My IBAN is DE89 3704 0044 0532 0130 00.", "DE89 3704 0044 0532 0130 00"),
        ("amount", "Ich habe 1.299,99 \u20ac bezahlt.", "1.299,99 \u20ac"),
        ("amount", "It was 1'250.00 CHF.", "1'250.00 CHF"),
        ("amount", "Ik betaalde \u20ac 45,- voor niets.", "\u20ac 45,-"),
        ("amount", "J'ai pay\u00e9 1 299,50 \u20ac hier.", "1 299,50 \u20ac"),
        ("amount", "They took 500 kr of mine.", "500 kr"),
        ("date", "le 12 mars 2026", "12 mars 2026"),
        ("date", "Pagu\u00e9 el 5 de marzo de 2026.", "5 de marzo de 2026"),
        ("date", "Das war am 3. M\u00e4rz.", "3. M\u00e4rz"),
        ("date", "Vor drei Tagen kam nichts.", "Vor drei Tagen"),
        ("address", "Ich wohne Lindenstra\u00dfe 12, 10969 Berlin.", "Lindenstra\u00dfe 12, 10969 Berlin"),
        ("address", "Hauptstr. 5a, 8001 Z\u00fcrich", "Hauptstr. 5a, 8001 Z\u00fcrich"),
        ("address", "J'habite 14 rue de Rivoli, 75001 Paris.", "14 rue de Rivoli, 75001 Paris"),
        ("address", "Vivo en Calle Mayor 5, 28013 Madrid.", "Calle Mayor 5, 28013 Madrid"),
        ("address", "Keizersgracht 123, 1015 CJ Amsterdam", "Keizersgracht 123, 1015 CJ Amsterdam"),
        ("address", "Send it to PO Box 123", "PO Box 123"),
        ("phone", "my phone is (555) 123-4567", "(555) 123-4567"),
        ("phone", "T\u00e9l. 06 12 34 56 78", "06 12 34 56 78"),
        ("phone", "Meine Telefonnummer: 030/1234567", "030/1234567"),
    ],
)
def test_a_fact_is_found_as_it_was_written(kind: str, text: str, value: str) -> None:
    assert told(text, kind) == [value]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("order", "I order every week since 2019."),
        ("order", "My order is late"),
        ("account", "My account is locked"),
        ("phone", "Order number 44 7700 900123"),
        ("amount", "I have 3 cats"),
        ("address", "I waited 3 days on the road"),
        ("email", "I wrote to you @home"),
        ("wanted", "I want to say thanks"),
        ("happened", "How do I change my address?"),
        ("worry", "I am afraid not."),
        ("worry", "No worries, thanks!"),
        ("order", "Die Rechnung 1500 Euro ist falsch"),
        ("order", "Call me about the order on 12/05/2026"),
        ("amount", "ouvert depuis mars 2026"),
        ("amount", "I waited 4 hrs 20 minutes"),
        ("address", "I called 6 times"),
        ("address", "The spring 2026 catalogue"),
        ("address", "Es ist unterwegs 3 Tage"),
        ("date", "I ate 2 mars bars, hier ist er"),
    ],
)
def test_what_only_looks_like_a_fact_is_left_alone(kind: str, text: str) -> None:
    assert told(text, kind) == []


def test_facts_come_from_the_whole_person_with_their_message() -> None:
    story = (
        wrote("Order A-10427 is late.", 9, ref="acme/1", number="m1"),
        answered("My order is B-20000.", 8),
        wrote("My phone is +44 7700 900123.", 2, ref="acme/2", number="m7"),
    )
    facts = advice("", *story).facts
    assert [(fact.kind, fact.value, fact.message_id, fact.ref) for fact in facts] == [
        ("order", "A-10427", "m1", "acme/1"),
        ("phone", "+44 7700 900123", "m7", "acme/2"),
        ("happened", "Order A-10427 is late.", "m1", "acme/1"),
    ]
    assert facts[0] == Fact("order", "A-10427", "m1", "acme/1", story[0].at)


def test_a_fact_told_twice_is_listed_once_with_the_newest_message() -> None:
    story = (wrote("Order A-10427.", 9, number="m1"), wrote("It is order a-10427!", 2, number="m2"))
    assert [(fact.value, fact.message_id) for fact in advice("", *story).facts] == [("a-10427", "m2")]


def test_the_newest_fact_of_a_kind_comes_first() -> None:
    story = (wrote("Order A-10427.", 9), wrote("And order B-20000.", 2))
    assert [fact.value for fact in advice("", *story).facts] == ["B-20000", "A-10427"]


def test_a_number_in_quoted_history_is_not_told_again() -> None:
    assert told("> Order A-10427\nHello", "order") == []


ASKED = [
    ("Order A-10427 is late.", "Could you send us your order number?", "A-10427"),
    ("My e-mail is ana@example.com.", "What is your email address?", "ana@example.com"),
    ("Call +44 7700 900123.", "May I have your phone number?", "+44 7700 900123"),
    ("I live at 12 Mill Lane.", "Please confirm your full address.", "12 Mill Lane"),
    ("My zip code is 14086.", "Can you tell us your zip code?", "14086"),
    ("It is an iPhone 7 Plus.", "Which device are you using?", "iPhone 7 Plus"),
    ("I have iOS 11.0.3.", "Which version of iOS do you have?", "iOS 11.0.3"),
    ("My account number is 884122.", "Please DM us your account number.", "884122"),
    ("Order A-10427 is late.", "What's your order number?", "A-10427"),
    ("Order A-10427 is late.", "I will need your order number.", "A-10427"),
    ("Order A-10427 is late.", "Do you have the order ID at hand?", "A-10427"),
    ("I live at 12 Mill Lane.", "What's your delivery address?", "12 Mill Lane"),
    ("Call +44 7700 900123.", "What is the best phone number to reach you?", "+44 7700 900123"),
    ("My postcode is LS1 4AB.", "May I have your postcode?", "LS1 4AB"),
    ("You charged me 49.90 EUR.", "How much was the charge?", "49.90 EUR"),
]


@pytest.mark.parametrize(("customer", "draft", "answer"), ASKED)
def test_asking_for_what_was_given_is_told_with_the_answer(customer: str, draft: str, answer: str) -> None:
    checks = [check for check in advice(draft, customer).checks if check.name == "reask"]
    assert [check.found for check in checks] == [answer]
    assert answer in checks[0].say
    assert advice(draft, customer).suggestion == checks[0].say


@pytest.mark.parametrize(
    ("customer", "draft", "answer", "words"),
    [
        (
            "Meine Bestellung Nr. 88213 ist nicht da.",
            "Guten Tag, bitte teilen Sie uns Ihre Bestellnummer mit.",
            "88213",
            "88213 liegt mir aus Ihrer Nachricht vom ",
        ),
        (
            "Ma commande n\u00b0 55621 n'est pas arriv\u00e9e.",
            "Bonjour, merci de nous indiquer votre num\u00e9ro de commande.",
            "55621",
            "J'ai bien not\u00e9 55621 dans votre message du ",
        ),
        (
            "Mi pedido 77812 no ha llegado.",
            "Hola, \u00bfpodr\u00eda enviarnos su n\u00famero de pedido?",
            "77812",
            "Tengo anotado 77812 de su mensaje del ",
        ),
        (
            "Mijn bestelnummer is 99123.",
            "Hallo, kunt u ons uw bestelnummer sturen?",
            "99123",
            "Ik heb 99123 uit uw bericht van ",
        ),
        (
            "Ich wohne Lindenstra\u00dfe 12, 10969 Berlin.",
            "Wie lautet Ihre Adresse, und wann sind Sie da?",
            "Lindenstra\u00dfe 12, 10969 Berlin",
            "Lindenstra\u00dfe 12, 10969 Berlin liegt mir",
        ),
    ],
)
def test_a_question_in_another_language_is_told_and_answered_in_it(
    customer: str, draft: str, answer: str, words: str
) -> None:
    seen = advice(draft, customer)
    assert [check.found for check in seen.checks if check.name == "reask"] == [answer]
    assert seen.hints[0].wording.startswith(words)


@pytest.mark.parametrize(
    "draft",
    [
        "Ihre Bestellnummer ist 4711, wir haben sie.",
        "Vielen Dank f\u00fcr Ihre Bestellnummer, wie lautet der Fehler?",
        "Wir brauchen Ihre Bestellnummer nicht mehr.",
        "K\u00f6nnen Sie uns noch eine andere Bestellnummer nennen?",
    ],
)
def test_what_asks_for_nothing_in_german_is_not_told(draft: str) -> None:
    assert found(draft, "reask", "Meine Bestellung Nr. 88213 ist nicht da.") == []


@pytest.mark.parametrize(
    ("customer", "draft"),
    [
        ("I already restarted it twice.", "Please restart the router."),
        ("I tried reinstalling the app.", "Have you tried reinstalling the app?"),
        ("I cleared the cache and it is still slow.", "Could you clear your browser's cache?"),
        ("We unplugged it and plugged it in.", "Please unplug the box for a minute."),
        ("I logged out and in again.", "Does logging out help?"),
    ],
)
def test_suggesting_again_what_was_tried_is_told(customer: str, draft: str) -> None:
    assert found(draft, "reask", customer)


@pytest.mark.parametrize(
    ("customer", "draft"),
    [
        ("Where is my order?", "Could you send us your order number?"),
        ("Order A-10427 is late.", "Is your order number still A-10427?"),
        ("Order A-10427 is late.", "Is there another order number?"),
        ("Order A-10427 is late.", "Your order number is on the invoice."),
        ("I have iOS 11.", "Which exact version of iOS do you have?"),
        ("I already restarted it.", "As you already restarted it, please open the settings."),
        ("Should I restart it?", "Please restart it."),
        ("I could not restart it.", "Please restart it."),
        ("My zip code is 14086.", "Could you send us your full address?"),
        ("My e-mail is ana@example.com.", "Please send us an e-mail."),
        ("My e-mail is ana@example.com.", "I have emailed you the label."),
        ("I already restarted it.", "You can restart the subscription at any time."),
        ("Order A-10427 is late.", "Thank you for the order number."),
    ],
)
def test_a_question_that_is_still_open_is_not_told(customer: str, draft: str) -> None:
    assert found(draft, "reask", customer) == []


def test_an_order_number_of_long_ago_is_of_another_matter() -> None:
    story = (wrote("Order A-10427 is late.", 90), wrote("My parcel is late.", 1))
    assert found("Could you send us your order number?", "reask", *story) == []


def test_a_phone_number_of_long_ago_is_still_theirs() -> None:
    story = (wrote("Call me on +44 7700 900123.", 90), wrote("My parcel is late.", 1))
    assert found("May I have your phone number?", "reask", *story)


# -- what agents made of them ---------------------------------------------------------------------------------


def reasked(draft: str, *edits: Edit, text: str = "Order A-10427 is late.") -> list[str]:
    """The answers to a question that was asked again, with edits laid over the facts."""
    checks = advise(draft, [wrote(text)], PLAIN, NOW, edits=edits).checks
    return [check.found for check in checks if check.name == "reask"]


ASKS = "Could you send us your order number?"


def test_a_corrected_fact_is_the_answer() -> None:
    edit = Edit("order", "a-10427", "A-10429")
    seen = advise(ASKS, [wrote("Order A-10427 is late.")], PLAIN, NOW, edits=[edit])
    (order,) = (fact for fact in seen.facts if fact.kind == "order")
    assert (order.value, order.said) == ("A-10429", "A-10427")
    assert reasked(ASKS, edit) == ["A-10429"]
    assert "A-10429" in seen.suggestion
    assert reasked("Is your order number A-10429?", edit) == []


def test_a_fact_put_away_answers_nothing_and_an_older_one_holds() -> None:
    away = Edit("order", "A-10427", "")
    assert reasked(ASKS, away) == []
    assert reasked(ASKS, away, text="Order B-20000 came. Order A-10427 is late.") == ["B-20000"]


def test_the_newest_edit_holds_and_the_words_of_the_message_can_come_back() -> None:
    away, back = Edit("order", "A-10427", ""), Edit("order", "A-10427", "A-10427")
    assert reasked(ASKS, away, back) == ["A-10427"]
    assert reasked(ASKS, back, away) == []


def test_an_edit_of_another_kind_changes_nothing() -> None:
    assert reasked(ASKS, Edit("phone", "A-10427", "")) == ["A-10427"]


# -- saying it back -------------------------------------------------------------------------------------------


def said_back(*texts: str) -> str:
    """The paragraph that is made from the facts of some messages."""
    return restate(advice("", *(wrote(text, 9 - n, number=f"m{n}") for n, text in enumerate(texts))).facts)


@pytest.mark.parametrize(
    ("text", "paragraph"),
    [
        ("My kettle leaks.", "You wrote that your kettle leaks."),
        ("I am locked out of my account.", "You wrote that you are locked out of your account."),
        ("Hello, I was charged twice.", "You wrote that you were charged twice."),
        ("You charged me twice!", "You wrote: \u201cYou charged me twice!\u201d"),
        ("We are locked out.", "You wrote: \u201cWe are locked out.\u201d"),
        ("It leaks. I tried to close it.", "You wrote that it leaks. You have already tried to close it."),
        ("It leaks. I already restarted it.", "You wrote that it leaks. You told us that you restarted it."),
        (
            "It leaks. I want a refund for my order.",
            "You wrote that it leaks. You want a refund for your order.",
        ),
        (
            "It leaks. Please send me a new one.",
            "You wrote that it leaks. You asked us: \u201cPlease send me a new one\u201d.",
        ),
        ("Thanks!", ""),
    ],
)
def test_the_customers_words_are_said_back(text: str, paragraph: str) -> None:
    assert said_back(text) == paragraph


def test_what_is_told_in_this_ticket_goes_before_other_tickets() -> None:
    story = (
        wrote("My kettle leaks.", 2, ref="acme/1"),
        wrote("My toaster smokes and fails.", 1, ref="acme/2"),
    )
    facts = advice("", *story).facts
    assert restate(facts, "acme/1") == "You wrote that your kettle leaks."
    assert "toaster" in restate(facts, "acme/2")


def test_swearing_is_quoted_and_never_put_into_our_mouth() -> None:
    assert said_back("The damn kettle leaks.") == "You wrote: \u201cThe damn kettle leaks.\u201d"
