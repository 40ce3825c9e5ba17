"""What a query means in words, what is offered while it is typed, and views of the tickets that are followed or name me."""

from __future__ import annotations

from support.clock import START, Clock
from support.desk import BO, MemoryDesk

from console import explain, seen, views
from console.query import parse
from console.session import Session
from console.suggest import suggest
from store.filters import IS_VALUES
from store.sync import Engine


def test_every_is_has_words_of_its_own() -> None:
    assert set(explain.IS_WORDS) == set(IS_VALUES)
    told = list(explain.in_words(parse("is:followed -is:mentioned,draft", START)))
    assert told == [
        "every ticket that",
        "  is followed by you",
        "  and not: has an internal note that names you or has a draft of yours",
    ]


def test_what_is_offered_after_is_says_what_it_finds(session: Session) -> None:
    assert [(s.text, s.detail) for s in suggest(session, "-is:fol", 7)] == [
        ("followed", "is followed by you")
    ]
    assert {s.text for s in suggest(session, "is:", 3)} == set(IS_VALUES)


async def test_followed_tickets_and_mentions_are_numbered_views_like_any_other(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    maria = desk.customer("Maria Lopez")
    first, second, _ = (desk.open(maria, f"Kettle {n}", "It leaks.") for n in range(3))
    desk.says(second, BO.id, "@ana can you look?", public=False)
    engine = Engine(session.db, "acme", desk, clock)
    for _ in range(2):
        clock.tick(10)
        assert (await engine.once()).error is None
    seen.toggle(session, [f"acme/{first}"])
    folder = session.home.root / "views"
    folder.mkdir()
    (folder / "followed.toml").write_text(
        'name = "Followed"\nquery = "is:followed"\nkey = "8"\n', encoding="utf-8"
    )
    (folder / "me.toml").write_text(
        'name = "Me"\nquery = "is:mentioned -is:followed"\nkey = "9"\n', encoding="utf-8"
    )
    by_key = {view.key: view.name for view in views.views(session)}
    assert (by_key["8"], by_key["9"]) == ("Followed", "Me")
    counted = views.view_counts(session)
    assert (counted["Followed"], counted["Me"]) == (1, 1)
    seen.toggle(session, [f"acme/{second}"])
    counted = views.view_counts(session)
    assert (counted["Followed"], counted["Me"]) == (2, 0)
