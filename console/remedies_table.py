"""The table of remedies.toml: what may be offered to a customer, and up to which amount by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.settings_table import Field, Section
from console.standards_table import LANGUAGES

ASK, NONE = "ask", "none"
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RemedyKind:
    """One thing that may be offered: [remedies.NAME]; `texts` are its words in other languages."""

    label: str
    text: str
    amount: str = NONE
    themes: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    texts: Pairs = ()

    def said(self, language: str) -> str:
        """What the customer reads in this language; `text` where there are no words in it."""
        return dict(self.texts).get(language) or self.text

    def every(self) -> tuple[str, ...]:
        """Its words in all languages."""
        return (self.text, *(words for _, words in self.texts))


@dataclass(frozen=True, slots=True)
class Role:
    """What one role may do: [authority.roles.NAME]. "" leaves the general limit."""

    limit: str = ""
    limits: Pairs = ()
    approves: bool = True
    approves_own: bool = False


@dataclass(frozen=True, slots=True)
class Authority:
    """Up to which sum a story's remedies need nobody else: [authority]."""

    limit: str = "2000.00"
    currency: str = "EUR"
    limits: Pairs = ()
    role: str = "agent"
    agents: Pairs = ()
    roles: Mapping[str, Role] | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The words around the choices in one language: [frames.LANGUAGE]."""

    begin: str = "We can offer you:"
    end: str = "Which do you prefer?"
    one: str = "We can offer you {remedy}."


BUILT_IN: Mapping[str, RemedyKind] = {
    "refund": RemedyKind(
        "Refund",
        "a refund of {amount}, back the way that you paid",
        ASK,
        texts=(
            ("de", "eine Rückerstattung von {amount} auf dem Weg, auf dem Sie bezahlt haben"),
            ("fr", "un remboursement de {amount} par le moyen de paiement que vous avez utilisé"),
            ("es", "un reembolso de {amount} por el mismo medio con el que pagó"),
            ("nl", "een terugbetaling van {amount} op de manier waarop u heeft betaald"),
        ),
    ),
    "replacement": RemedyKind(
        "Replacement",
        "a replacement, sent to you free of charge",
        texts=(
            ("de", "einen Ersatz, den wir Ihnen kostenlos zusenden"),
            ("fr", "un remplacement, envoyé sans frais"),
            ("es", "un reemplazo, que le enviamos sin coste"),
            ("nl", "een vervangend exemplaar, dat wij u kosteloos toesturen"),
        ),
    ),
    "credit": RemedyKind(
        "Store credit",
        "a credit of {amount} for your next order",
        ASK,
        texts=(
            ("de", "ein Guthaben von {amount} für Ihre nächste Bestellung"),
            ("fr", "un avoir de {amount} sur votre prochaine commande"),
            ("es", "un vale de {amount} para su próximo pedido"),
            ("nl", "een tegoed van {amount} voor uw volgende bestelling"),
        ),
    ),
    "new_date": RemedyKind(
        "New date",
        "a new date: [[date and time]]",
        texts=(
            ("de", "einen neuen Termin: [[date and time]]"),
            ("fr", "un nouveau rendez-vous : [[date and time]]"),
            ("es", "una nueva cita: [[date and time]]"),
            ("nl", "een nieuwe afspraak: [[date and time]]"),
        ),
    ),
}
FRAMES: Mapping[str, Frame] = {
    "en": Frame(),
    "de": Frame(
        "Wir können Ihnen anbieten:", "Was ist Ihnen lieber?", "Wir können Ihnen anbieten: {remedy}."
    ),
    "fr": Frame(
        "Nous pouvons vous proposer :", "Que préférez-vous ?", "Nous pouvons vous proposer {remedy}."
    ),
    "es": Frame("Podemos ofrecerle:", "¿Qué prefiere?", "Podemos ofrecerle {remedy}."),
    "nl": Frame(
        "Wij kunnen u aanbieden:", "Waar gaat uw voorkeur naar uit?", "Wij kunnen u aanbieden: {remedy}."
    ),
}

_LIMITS = 'Limits in other currencies: USD = "2200.00"; one that is not named has the same figure.'
_ROLE = {
    "limit": Field(
        "text", 'The most that one story may be offered in all, such as "200.00"; "" leaves the general one.'
    ),
    "limits": Field("pairs", _LIMITS),
    "approves": Field("flag", "Whether this role may approve what others ask for."),
    "approves_own": Field("flag", "Whether this role may approve what the same person asked for."),
}
REMEDIES: Mapping[str, Section] = {
    "remedies": Section(
        RemedyKind,
        "Something that may be offered to a customer; with any of them, the built-in ones are gone.",
        {
            "label": Field("text", "What agents call it."),
            "text": Field(
                "text", 'What the customer reads, with {amount} for the amount: "a refund of {amount}".'
            ),
            "amount": Field("text", '"ask", "none", or a fixed amount such as "15.00" or "15.00 USD".'),
            "themes": Field("words", "Only on tickets with one of these tags."),
            "queues": Field("words", "Only in these queues, by the names of their groups."),
            "languages": Field("words", "Only for customers who write in one of these.", LANGUAGES),
            "texts": Field(
                "pairs",
                'Its text for customers who write another language: de = "eine Erstattung von {amount}".',
            ),
        },
        named=True,
    ),
    "authority": Section(
        Authority,
        "How much may be offered in one story without asking anybody.",
        {
            "limit": Field("text", 'The most that one story may be offered in all, such as "2000.00".'),
            "currency": Field("text", "The currency of amounts that name none."),
            "limits": Field("pairs", _LIMITS),
            "role": Field("text", "The role of agents that are not named."),
            "agents": Field("pairs", 'Which agent has which role: "Ana Silva" = "junior".'),
            "roles": Field(
                "pairs",
                "Roles.",
                tables=Section(Role, "What a role may offer and approve.", _ROLE, named=True),
            ),
        },
    ),
    "frames": Section(
        Frame,
        "The words around the choices, in one language.",
        {
            "begin": Field("text", "Stands above the choices."),
            "end": Field("text", "Stands below them."),
            "one": Field("text", "For a single remedy, with {remedy} for its words."),
        },
        named=True,
    ),
}
