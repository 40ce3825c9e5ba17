"""Above a reply stands who else gets it, and it goes with what the desk says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Reads = Callable[..., Any]


async def test_whoever_else_gets_a_reply_stands_above_it_and_goes_with_what_the_desk_says(
    office: Any, reads: Reads
) -> None:
    zoe = next(i for i, each in office.desk.customers.items() if "Zoë" in each.name)
    newest = max(office.desk.tickets, key=int)
    maria = next(i for i, each in office.desk.customers.items() if "Maria" in each.name)
    office.desk.sets(newest, "a2", requester_id=maria, copied=(zoe, "boss@home.example"))
    await office.sync()
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("enter", "r")
        await reads(
            pilot, "PUBLIC REPLY to maria@x.example + 2", "also to Zoë [/x] Ångström, boss@home.example"
        )
        office.desk.sets(newest, "a2", copied=("boss@home.example",))
        await office.sync()
        await reads(pilot, "PUBLIC REPLY to maria@x.example + 1", "also to boss@home.example")
        await pilot.press("ctrl+t")
        await reads(pilot, "INTERNAL NOTE", gone="also to")
        await pilot.press("ctrl+t")
        await reads(pilot, "also to boss@home.example")
        office.desk.sets(newest, "a2", copied=())
        await office.sync()
        await reads(pilot, "PUBLIC REPLY to maria@x.example (acme", gone="also to")
