"""Make the people of a scenario: groups, agents, organizations and customers with several addresses each."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from random import Random

from console.demo.chance import likely
from console.demo.lines import Company, Content, Locale
from console.demo.scenario_values import DAY, Agent, Customer, Group, IdentityKind, Organization

_GROUP_BASE = 360000000010
_AGENT_BASE = 380000000100
_ORGANIZATION_BASE = 360000002000
_CUSTOMER_BASE = 380000001000
_MAIL_HOSTS = ("example.com", "example.org", "example.net")
_NOTES = (
    "Prefers to be called after four.",
    "Always friendly.",
    "Deaf: no calls, please.",
    "Owns four of our machines.",
)
_EASTERN = {"ja": "{last} {first}", "zh": "{last}{first}"}
_HOSTILE_NAMES = ("\x1b[31mRed\x1b[0m \x1b]0;title\x07Alert", "[bold]Bobby[/bold] [@click=app.quit]Tables[/]")


def make_groups(company: Company) -> tuple[Group, ...]:
    """The groups, with ids."""
    return tuple(Group(_GROUP_BASE + n, group.key, group.name) for n, group in enumerate(company.group, 1))


def make_agents(company: Company, groups: tuple[Group, ...]) -> tuple[Agent, ...]:
    """The agents, with ids; the first one is the admin."""
    ids = {group.key: group.id for group in groups}
    return tuple(
        Agent(
            id=_AGENT_BASE + n,
            name=person.name,
            email=f"{slug(person.name)}@{company.domain}",
            role=person.role,
            group_id=ids[person.group],
            warmth=person.warmth,
            craft=person.craft,
        )
        for n, person in enumerate(company.agent, 1)
    )


def make_organizations(company: Company) -> tuple[Organization, ...]:
    """The organizations, with ids."""
    return tuple(
        Organization(_ORGANIZATION_BASE + n, firm.name, firm.domain)
        for n, firm in enumerate(company.organization, 1)
    )


def make_customers(
    count: int, content: Content, organizations: tuple[Organization, ...], now: int, rng: Random
) -> tuple[Customer, ...]:
    """`count` customers; from fifty on, the last two have names that try to harm a terminal."""
    locales = rng.choices(content.locales, [locale.share for locale in content.locales], k=count)
    people = [_customer(n, locale, organizations, now, rng) for n, locale in enumerate(locales, 1)]
    if count >= 50:  # noqa: PLR2004  (fewer people than this would be half hostile)
        people[-2:] = [
            _renamed(person, name) for person, name in zip(people[-2:], _HOSTILE_NAMES, strict=True)
        ]
    return tuple(people)


def slug(name: str) -> str:
    """A name as the left part of an address: ASCII, lower case, dots; empty when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]+", ".", plain.lower()).strip(".")


def _customer(
    n: int, locale: Locale, organizations: tuple[Organization, ...], now: int, rng: Random
) -> Customer:
    """One customer of a locale."""
    first, last = rng.choice(locale.first), rng.choice(locale.last)
    organization = rng.choice(organizations) if likely(rng, 0.14) else None
    return Customer(
        id=_CUSTOMER_BASE + n,
        first=first,
        last=last,
        name=_EASTERN.get(locale.language, "{first} {last}").format(first=first, last=last),
        identities=_identities(n, slug(f"{first} {last}") or f"customer{n}", locale, organization, rng),
        organization_id=organization.id if organization else None,
        locale=locale.code,
        language=locale.language if rng.random() * 100 < locale.foreign else "en",
        zone=rng.choice(locale.zones),
        city=rng.choice(locale.cities),
        street=rng.choice(locale.streets),
        notes=rng.choice(_NOTES) if likely(rng, 0.08) else None,
        created=now - rng.randrange(91, 1500) * DAY,
    )


def _identities(
    n: int, base: str, locale: Locale, organization: Organization | None, rng: Random
) -> tuple[tuple[IdentityKind, str], ...]:
    """Addresses of one customer; the number in each keeps people of one name apart."""
    host = organization.domain if organization else rng.choice(_MAIL_HOSTS)
    found: list[tuple[IdentityKind, str]] = [("email", f"{base}.{n}@{host}")]
    if likely(rng, 0.35):
        found.append(("email", f"{base.split('.', maxsplit=1)[0]}{n}@home.example"))
    if likely(rng, 0.8):
        found.append(("phone_number", re.sub("#", lambda _: str(rng.randrange(10)), locale.phone)))
    if likely(rng, 0.45):
        found.append(("twitter", f"{base.replace('.', '_')}_{n}"))
    if likely(rng, 0.4):
        found.append(("messaging", f"m-{rng.getrandbits(48):012x}"))
    return tuple(found)


def _renamed(person: Customer, name: str) -> Customer:
    """The same person under a hostile name."""
    first, last = name.split(" ", 1)
    return replace(person, first=first, last=last, name=name, language="en")
