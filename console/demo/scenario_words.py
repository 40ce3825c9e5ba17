"""Put sentences together: what customers write and what agents answer, from the parts in the data files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from console.demo.chance import likely
from console.demo.lines import Content, Language, Mood, Question, Theme
from console.demo.scenario_values import About, Agent, Customer, DemoChannel

SHORT: frozenset[DemoChannel] = frozenset(("chat", "sms", "messaging", "social"))
Slots = dict[str, str]


@dataclass(frozen=True, slots=True)
class Talk:
    """What a conversation is about; enough to write any of its sentences."""

    content: Content
    theme: Theme
    channel: DemoChannel
    mood: Mood
    slots: Slots
    language: Language | None
    contact: int
    opened: int  # which of the theme's opening lines the customer used


def make_talk(
    content: Content, customer: Customer, about: About, channel: DemoChannel, agent: str = ""
) -> Talk:
    """A conversation of this customer; `agent` is the full name of who answers."""
    language = content.languages.get(customer.language)
    if language and about.theme not in {topic.theme for topic in language.topic}:
        language = None  # they write English about what we have no words for
    return Talk(
        content=content,
        theme=content.themes[about.theme],
        channel=channel,
        mood=about.mood,
        slots=_slots(content, customer, about, agent),
        language=language,
        contact=about.contact,
        opened=about.opened,
    )


def _slots(content: Content, customer: Customer, about: About, agent: str) -> Slots:
    """The words that fill the gaps in sentences of this conversation."""
    product = next(p for p in content.company.product if p.name == about.product)
    return {
        "first": customer.first,
        "last": customer.last,
        "product": product.name,
        "thing": product.thing,
        "part": about.part,
        "order": about.order,
        "serial": about.serial,
        "amount": f"£{product.price}",
        "city": customer.city,
        "street": customer.street,
        "phone": customer.identity("phone_number") or f"+44 7700 900{customer.id % 1000:03d}",
        "company": content.company.name,
        "agent": agent.split(maxsplit=1)[0] if agent else "",
        "group": "",
        "slot": "Thursday between 8 and 12",
        "minutes": "6",
    }


def opening(talk: Talk, rng: Random) -> tuple[str, bool]:
    """The first message, and whether it names the order."""
    theme, voice = talk.theme, talk.content.voices.customer
    body = [theme.opens[talk.opened]]
    if talk.contact > 1:
        body.insert(0, rng.choice(voice.again))
    if likely(rng, 0.75):
        body.append(rng.choice(theme.details))
    told = likely(rng, 0.35 if talk.channel in SHORT else 0.75)
    if told:
        body.append(rng.choice(voice.told_again if talk.contact > 1 else voice.facts))
    if likely(rng, 0.5):
        body.append(rng.choice(theme.tried))
    ending = [rng.choice(voice.feelings[talk.mood]), rng.choice(theme.asks)]
    body += reversed(ending) if talk.mood == "calm" else ending
    return _dressed(talk, [line for line in body if line], rng), told


def subject(talk: Talk, rng: Random) -> str:
    """The subject line; phone calls and short messages get the one that the desk makes up."""
    if talk.channel == "phone":
        return _fill(
            rng.choice(("Call from {first} {last}", "Voicemail from {phone}", "Call: {product}")), talk.slots
        )
    line = _fill(rng.choice(talk.theme.subjects), talk.slots)
    if talk.contact > 1 and likely(rng, 0.4):
        line = f"{rng.choice(('Again: ', 'Re: ', 'Second try: '))}{line}"
    return line.upper() if talk.mood == "furious" and likely(rng, 0.4) else line


def customer_line(kind: str, talk: Talk, rng: Random) -> str:
    """What a customer says in a later turn: more, still, chase, angry, accept, thanks or later."""
    theme, voice = talk.theme, talk.content.voices.customer
    if kind == "more":
        lines = [rng.choice(voice.more).format_map({**talk.slots, "detail": rng.choice(theme.details)})]
    elif kind == "still":
        lines = [rng.choice(theme.still), rng.choice(voice.feelings[talk.mood])]
    elif kind == "thanks":
        talk = replace(talk, mood="calm")
        lines = [rng.choice(voice.thanks_short if talk.channel in SHORT else voice.thanks)]
    elif kind == "chase":
        lines = [rng.choice(voice.chase)]
        if likely(rng, 0.45):
            lines.append(rng.choice(voice.told_again))
    else:
        lines = [rng.choice({"angry": voice.angry, "accept": voice.accept, "later": voice.later}[kind])]
    return turned(talk, [line for line in lines if line], rng)


def given(question: Question, talk: Talk, rng: Random, *, before: bool) -> str:
    """The answer to a question; shorter of patience when it was answered `before`."""
    lines = [rng.choice(question.again if before else question.gives)]
    if before and likely(rng, 0.5):
        lines.append(rng.choice(talk.content.voices.customer.feelings["upset"]))
    return turned(talk, lines, rng)


def agent_line(kind: str, talk: Talk, agent: Agent, rng: Random, question: Question | None = None) -> str:
    """An agent's reply of this kind, with as much hearing and remedy as the agent is given to."""
    voice = talk.content.voices.agent
    slots = {**talk.slots, "agent": agent.name, "slot": rng.choice(voice.slots)}
    warm = kind == "sorry" or likely(rng, agent.warmth)
    body = _warmth(kind, talk, agent, rng) if warm and kind != "weak" else []
    if kind == "weak":
        body += [rng.choice(voice.stock), rng.choice(rng.choice((voice.jargon, voice.policy, voice.vague)))]
    elif question is not None:
        body.append(rng.choice(question.asks))
    else:
        body += _remedy(kind, talk, agent, rng)
    if not warm and likely(rng, 0.35):
        body.append(rng.choice(voice.vague))
    text = " ".join(body)
    if talk.channel in SHORT and likely(rng, 0.7):
        return _fill(text, slots)
    return _fill(f"{rng.choice(voice.greetings)}\n\n{text}\n\n{rng.choice(voice.closings)}", slots)


def note_line(talk: Talk, rng: Random, group: str = "") -> str:
    """An internal note; with `group`, the words that hand the ticket over."""
    note = rng.choice(talk.theme.notes)
    if not group:
        return _fill(note, talk.slots)
    note = _fill(note, talk.slots)
    return rng.choice(talk.content.voices.agent.transfers).format_map(
        {**talk.slots, "group": group, "note": note}
    )


def _warmth(kind: str, talk: Talk, agent: Agent, rng: Random) -> list[str]:
    """The hearing, feeling and apology in a reply."""
    voice = talk.content.voices.agent
    lines = [talk.theme.hear[talk.opened]] if likely(rng, max(agent.warmth, 0.5)) else []
    if talk.mood != "calm" and likely(rng, agent.warmth):
        lines.append(rng.choice(voice.empathize))
    if kind == "sorry" or (talk.mood in ("upset", "furious") and likely(rng, 0.7)):
        lines.append(rng.choice(voice.apologize))
    return lines


def _remedy(kind: str, talk: Talk, agent: Agent, rng: Random) -> list[str]:
    """The cause, the remedy and the promise in a reply."""
    voice, theme = talk.content.voices.agent, talk.theme
    lines = []
    if kind in ("fix", "sorry") or (kind == "promise" and likely(rng, 0.3)):
        if likely(rng, agent.craft * 0.75):
            lines.append(rng.choice(theme.causes))
        if kind != "promise":
            lines += rng.sample(theme.fixes, 2 if likely(rng, agent.craft * 0.4) else 1)
    if kind == "hold":
        lines.append(rng.choice(voice.holds))
    if kind == "choice":
        lines.append(rng.choice(theme.choices or voice.choices))
    if kind == "promise" or likely(rng, 0.15):
        lines.append(rng.choice(voice.promises))
    return lines


def _dressed(talk: Talk, body: list[str], rng: Random) -> str:
    """A first message in the manner of its channel."""
    voice, slots = talk.content.voices.customer, talk.slots
    if talk.channel in ("email", "web"):
        text = " ".join(body[:-2]) + ("\n\n" if likely(rng, 0.5) else " ") + " ".join(body[-2:])
        head = f"{rng.choice(voice.greetings)}\n\n" if likely(rng, 0.85) else ""
        return _fill(f"{head}{text}\n\n{rng.choice(voice.signoffs)}", slots)
    if talk.channel == "phone":
        slots = {**slots, "minutes": str(rng.randrange(2, 19))}
        return (
            _fill("Call from {phone}, {minutes} min. Transcript:\n\n", slots)
            + f"“{_fill(' '.join(body), slots)}”"
        )
    if talk.channel == "chat":
        return _loose(_fill("\n".join([rng.choice(voice.short_greetings), *body]), slots), talk, rng)
    if talk.channel == "social":
        start = body[: min(talk.contact, 2)]
        return _loose(f"@MarlowPip {_fill(' '.join([*start, *body[-2:]]), slots)}", talk, rng)
    return _loose(_fill(" ".join(body), slots), talk, rng)


def turned(talk: Talk, lines: list[str], rng: Random) -> str:
    """A later message in the manner of its channel."""
    text = _fill(" ".join(lines), talk.slots)
    if talk.channel in SHORT:
        return _loose(text, talk, rng)
    if talk.channel == "phone":
        return f"Call back, {rng.randrange(1, 9)} min. Transcript:\n\n“{text}”"
    return f"{text}\n\n{talk.slots['first']}" if likely(rng, 0.5) else text


def _loose(text: str, talk: Talk, rng: Random) -> str:
    """The same words as people type them on a phone."""
    emoji = rng.choice(talk.content.voices.customer.emoji[talk.mood])
    if likely(rng, 0.3):
        text = text[0].lower() + text[1:]
    if likely(rng, 0.4):
        text = text.rstrip(".")
    return f"{text} {emoji}".rstrip()


def _fill(line: str, slots: Slots) -> str:
    """`line` with its gaps filled."""
    return line.format_map(slots)
