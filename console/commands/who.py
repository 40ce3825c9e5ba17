"""Who of the colleagues has which ticket open just now."""

from __future__ import annotations

from console.commands import shapes
from console.commands.door import Door

WHO = ("ref", "who", "kind", "at")


def who(door: Door) -> None:
    """List who has which ticket open in a console, and who writes a reply there.

    Nobody is told of the look. Exits with 5 where the folder that is shared for it cannot be read.
    """
    from console import presence  # noqa: PLC0415  (commands load what they use)
    from store.errors import ConfigError  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        try:
            found = presence.now_here(session)
        except OSError as error:
            message = f"The folder in [presence] cannot be read: {error.strerror or error}."
            raise ConfigError(message, "`heard config check` names the file that says which it is.") from None
        now = session.now()
    if not door.for_people:
        door.table(({name: shapes.plain(each)[name] for name in WHO} for each in found), WHO)
        return
    for each in found:
        door.say(f"{each.ref:<14} {each.words(now)}")
    if not found:
        door.say("No console says that it has a ticket open.")
