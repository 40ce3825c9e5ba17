"""The one table of actions: keys, footer, help, palette, README and the tests are all made from it. No Textual here.

Keys are written as people write them: one character ("j", "G", "?"), a name ("enter", "space", "ctrl+d", "alt+h"), or
several one after the other ("g g"). In a pane where one types, a single character is text and never an action.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from console.keys import Bound
from console.keys import clashes as clashing

LISTS = (
    "queue",
    "outbox",
    "board",
    "bulk",
    "help",
    "picker",
    "conflict",
    "fields",
    "insight",
    "promises",
    "promising",
    "identities",
    "macros",
)
MAIN = ("queue", "story", "board", "outbox", "promises")
TICKET = ("queue", "story")
TYPING = ("composer", "query", "picker", "help", "connecting", "macros")
PANES = (
    *MAIN,
    "composer",
    "query",
    "bulk",
    "picker",
    "help",
    "conflict",
    "fields",
    "connect",
    "connecting",
    "insight",
    "promising",
    "identities",
    "macros",
)
_EVERYWHERE = (*MAIN, "composer", "query")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can do with a key.

    `panes` are where it works; `with_key` means that the handler is told which of the keys was pressed; `short` ones
    stand in the footer.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    panes: tuple[str, ...]
    group: str
    short: bool = False
    with_key: bool = False
    naming: str = (
        ""  # `help` with places for the keys that it names: {clear}; {channel_8}, the eighth of several
    )

    def keys_in(self, pane: str) -> tuple[str, ...]:
        """Return the keys that mean this action in `pane`."""
        if pane not in self.panes:
            return ()
        return tuple(k for k in self.keys if pane not in TYPING or not is_text(k))

    def rekeyed(self, keys: tuple[str, ...]) -> Action:
        """Return the same action with other keys."""
        return replace(self, keys=keys)

    def retold(self, table: Iterable[Bound]) -> Action:
        """Return the same action, its help naming the keys that hold in `table`."""
        if not self.naming:
            return self
        every = ((each.id, each.keys) for each in table)
        said = _Said((f"{name}_{n}", show_key(key)) for name, keys in every for n, key in enumerate(keys, 1))
        return replace(self, help=self.naming.format_map(said))


class _Said(dict[str, str]):
    """Keys by the names of their actions, as sentences name them."""

    def __missing__(self, name: str) -> str:
        return self.get(f"{name}_1", "the palette" if name in BY_ID else "no key for")


def is_text(key: str) -> bool:
    """Say whether pressing this key would type something, or move in what was typed."""
    return any(len(part) == 1 or part in ("space", "home", "end", "left", "right") for part in key.split(" "))


def _move() -> tuple[Action, ...]:
    lists = (*LISTS, "story")
    several = ("queue", "story", "composer", "query", "board", "outbox")
    panes = (*TICKET, "composer")
    group = "Move"
    return (
        Action("down", ("j", "down"), "down", "One row down; in the story one line.", lists, group),
        Action("up", ("k", "up"), "up", "One row up; in the story one line.", lists, group),
        Action("top", ("g g", "home"), "top", "To the first row, or the first contact.", lists, group),
        Action("bottom", ("G", "end"), "bottom", "To the last row, or the newest item.", lists, group),
        Action("half_down", ("ctrl+d",), "half page down", "Half a page down.", lists, group),
        Action("half_up", ("ctrl+u",), "half page up", "Half a page up.", lists, group),
        Action("page_down", ("pagedown",), "page down", "A page down.", lists, group),
        Action("page_up", ("pageup",), "page up", "A page up.", lists, group),
        Action("next_pane", ("tab", "l", "right"), "next pane", "To the next pane; tab goes round.", tuple(p for p in several if p != "query"), group, with_key=True, naming="To the next pane; {next_pane} goes round."),
        Action("previous_pane", ("shift+tab", "h", "left"), "pane before", "To the pane before; shift-tab goes round.", several, group, with_key=True, naming="To the pane before; {previous_pane} goes round."),
        Action("narrower", ("alt+left", "ctrl+w <"), "narrower", "Make this pane narrower; the panes are kept for the next start.", panes, group),
        Action("wider", ("alt+right", "ctrl+w >"), "wider", "Make this pane wider.", panes, group),
        Action("shorter", ("alt+down", "ctrl+w -"), "shorter", "Make this pane less high.", panes, group),
        Action("taller", ("alt+up", "ctrl+w +"), "taller", "Make this pane higher.", panes, group),
        Action("pane_to", tuple(f"alt+shift+{way}" for way in ("left", "down", "up", "right")) + tuple(f"ctrl+w {way}" for way in "hjkl"), "move pane", "Move this pane to the left, the bottom, the top or the right.", panes, group, with_key=True),
        Action("panes_reset", ("ctrl+w =",), "panes back", "Put all panes back as they come.", panes, group),
        Action("zoom", ("z",), "zoom", "Give this pane the whole screen, or put the others back.", TICKET, group),
        Action("open", ("enter",), "open", "Open the story, the list behind a figure, or take the choice.", ("queue", "outbox", "board", "promises", "picker", "fields", "insight", "identities", "macros"), group, short=True),
    )  # fmt: skip


def _find() -> tuple[Action, ...]:
    group = "Find"
    views = tuple("123456789")
    return (
        Action("query", ("/",), "query", "Type a query for the queue.", TICKET, group, short=True),
        Action("view", views, "views", "Open the view with this number.", ("queue", "board", "outbox"), group, with_key=True),
        Action("sort", ("S",), "sort", "Choose the order of the queue, or what its groups are.", ("queue",), group),
        Action("fold", ("x",), "fold", "Fold the group of the ticket down to this one, or unfold it.", ("queue",), group),
        Action("find", ("F",), "search text", "Search all messages, notes and names.", MAIN, group),
        Action("submit", ("enter",), "run", "Run the query.", ("query",), group, short=True),
        Action("complete", ("tab",), "complete", "Complete the field or its value; again: the next that fits.", ("query",), group, short=True),
        Action("explain", (), "explain query", "Say in words what the query means, and how it is looked for.", TICKET, group),
        Action("rank", ("ctrl+r",), "newest/best", "In a search: what is newest first, or what fits best.", ("picker",), group),
        Action("next_up", ("J",), "next up", "Open the ticket to work on next: the clock, promises and who waits decide.", TICKET, group),
        Action("why_next", ("W",), "why", "Tell the sum that says how soon this ticket comes.", TICKET, group),
        Action("play", (">",), "play", "Work through the view: every reply, status or snooze brings the next ticket; escape ends it.", TICKET, group, naming="Work through the view: every reply, status or snooze brings the next ticket; {clear} ends it."),
        Action("skip", ("X",), "skip", "Pass this ticket over and open the next; the third time in a day, and after, with a reason.", TICKET, group),
        Action("mentions", ("@",), "mentions", "The tickets with a note that names you.", TICKET, group),
        Action("followed", (), "followed", "The tickets that you follow.", TICKET, group),
        Action("snoozed", (), "snoozed", "The tickets that are put off.", TICKET, group),
        Action("sweep", (), "sweep", "What may have fallen through: late promises, unsent replies, tickets that nobody has.", TICKET, group),
        Action("dupes", (), "duplicates", "Tickets that may be one and the same, with the evidence; nothing is merged.", TICKET, group),
        Action("leave", ("escape",), "leave", "Leave; what was typed is kept.", ("query", "composer"), group, short=True),
    )  # fmt: skip


def _ticket() -> tuple[Action, ...]:
    group = "Ticket"
    return (
        Action("reply", ("r",), "reply", "Write a public reply: the customer reads it.", TICKET, group, short=True),
        Action("note", ("n",), "note", "Write an internal note: the customer never sees it.", TICKET, group, short=True),
        Action("assign_me", ("a",), "take", "Assign the ticket, or the marked ones, to me.", TICKET, group, short=True),
        Action("claim", ("alt+c",), "claim", "Take the ticket, unless a colleague has it.", (*TICKET, "composer"), group),
        Action("assign", ("A",), "assign", "Choose who gets the ticket, or the marked ones.", TICKET, group),
        Action("status", ("s",), "status", "Choose the status.", TICKET, group, short=True),
        Action("priority", ("p",), "priority", "Choose the priority.", TICKET, group),
        Action("tag", ("t",), "tag", "Add a tag, or take one away.", TICKET, group),
        Action("snooze", ("Z",), "snooze", "Put the ticket, or the marked ones, off until a time, a reply, a promise or another ticket; wakes one that sleeps.", TICKET, group),
        Action("wake", (), "wake", "Bring the snoozed ticket, or the marked ones, back now.", TICKET, group),
        Action("follow", ("f",), "follow", "Follow the ticket, or the marked ones; again: no more.", TICKET, group),
        Action("undo", ("u",), "undo", "Take back what you did last: a change, a bulk as one, a snooze.", MAIN, group, short=True),
        Action("repeat", (".",), "again", "Make the last change again, on this ticket or the marked ones.", TICKET, group),
        Action("browse", ("o",), "browser", "Open the ticket in the desk's own web page.", TICKET, group),
        Action("copy", ("y",), "copy ref", "Copy the ticket's reference; in the story, the message.", TICKET, group),
        Action("copy_link", ("Y",), "copy link", "Copy the link to the ticket's web page.", TICKET, group),
    )  # fmt: skip


def _marks() -> tuple[Action, ...]:
    group = "Mark and change many"
    queue = ("queue",)
    return (
        Action("mark", ("space",), "mark", "Mark the ticket, or take the mark away.", queue, group, short=True),
        Action("mark_range", ("V",), "mark to here", "Mark from the last mark to the cursor.", queue, group),
        Action("mark_all", ("*",), "mark all", "Mark every ticket that the query matches.", queue, group),
        Action("mark_invert", ("~",), "invert marks", "Mark what is not marked, and the other way round.", queue, group),
        Action("clear", ("escape",), "clear", "Take all marks away; in the story, go back to the queue.", TICKET, group, short=True),
        Action("bulk", ("b",), "bulk", "Change all marked tickets; every change is shown first.", queue, group, short=True),
        Action("apply", ("ctrl+a",), "apply", "Make the changes that the table shows.", ("bulk",), group, short=True),
        Action("cancel", ("escape",), "back", "Back, and change nothing.", ("bulk", "picker", "help", "conflict", "fields", "insight", "promising", "connecting", "identities", "macros"), group, short=True),
    )  # fmt: skip


def _story() -> tuple[Action, ...]:
    group = "Story"
    story = ("story",)
    channels = tuple("123456780")
    return (
        Action("next_message", ("]",), "next", "To the next message.", story, group, short=True),
        Action("previous_message", ("[",), "before", "To the message before.", story, group, short=True),
        Action("next_ticket", ("}",), "next ticket", "To where the next ticket begins.", story, group),
        Action("previous_ticket", ("{",), "ticket before", "To where this ticket begins, or the one before.", story, group),
        Action("quotes", ("x",), "quotes", "Show quoted lines, or fold them.", story, group, short=True),
        Action("channel", channels, "channels", "Hide or show 1 email, 2 web, 3 chat, 4 phone, 5 SMS, 6 social, 7 messaging, 8 other; 0 shows all.", story, group, with_key=True, naming="Hide or show {channel_1} email, {channel_2} web, {channel_3} chat, {channel_4} phone, {channel_5} SMS, {channel_6} social, {channel_7} messaging, {channel_8} other; {channel_9} shows all."),
        Action("recap", ("R",), "recap", "Sum the story up: asked, tried, promised, open; each line leads to its message.", TICKET, group),
        Action("next_steps", ("N", "ctrl+k"), "next steps", "What was done in solved tickets like this one, and what the articles say; enter puts it into the draft.", (*TICKET, "composer"), group, naming="What was done in solved tickets like this one, and what the articles say; {open} puts it into the draft."),
        Action("look", ("o",), "open ticket", "Open the ticket that the line comes from.", ("insight",), group, short=True),
        Action("next_part", ("tab",), "next part", "To the next part of the list.", ("insight",), group, short=True),
        Action("notes_only", ("i",), "notes only", "Show internal notes alone, or everything again.", story, group),
        Action("changes", ("C",), "changes", "Hide what was changed between the messages, or show it again.", story, group),
        Action("organization", ("w",), "person/org", "Turn from the person to everybody of their organization, or back.", story, group),
        Action("identities", ("=",), "who is who", "The records that are this person, and those that may be: link, part, take back.", TICKET, group),
        Action("part_record", ("x",), "part", "Say that this record is another person.", ("identities",), group, short=True),
        Action("undo_link", ("u",), "take back", "Take back what was said last, or what is under the cursor.", ("identities",), group, short=True),
    )  # fmt: skip


def _write() -> tuple[Action, ...]:
    group = "Write"
    here = ("composer",)
    steps = ("alt+h", "alt+e", "alt+a", "alt+r", "alt+d")
    return (
        Action("send", ("ctrl+s",), "send", "Put the reply or note into the outbox; it can be taken back until it leaves.", here, group, short=True),
        Action("send_later", ("ctrl+l",), "send later", "Choose when it leaves; until then it waits in the outbox and can be taken back.", here, group, short=True),
        Action("switch_mode", ("ctrl+t",), "reply/note", "Switch between public reply and internal note; asks once you have typed.", here, group, short=True),
        Action("editor", ("ctrl+e",), "editor", "Write in your own editor ($VISUAL or $EDITOR).", here, group, short=True),
        Action("step", steps, "steps", "Go to Hear, Empathize, Apologize, Resolve or Diagnose in the draft.", here, group, with_key=True),
        Action("hint", ("ctrl+g",), "dismiss hint", "Put the hint away for this draft; the next one is shown.", here, group),
        Action("hint_words", ("alt+j",), "words of the hint", "Select the words that the hint speaks of.", here, group),
        Action("hint_take", ("alt+i",), "put the hint in", "Put in what the hint offers: the plain word, or what the customer already told.", here, group),
        Action("mute", ("alt+m",), "mute", "Never mention this step or check again, for me or for this queue; or mention again what is muted.", here, group),
        Action("waive", ("alt+x",), "leave a step out", "Leave a step out with a reason that is kept; what a strict queue held back is sent then.", here, group),
        Action("fields", ("alt+t",), "already told", "What the customer told already: put it in, correct it, put it away, or see its message.", here, group),
        Action("restate", ("alt+w",), "restate", "Begin the draft with what the customer told, in their own words.", here, group),
        Action("remedies", ("ctrl+r",), "remedies", "Offer the customer remedies to choose from, within what you may still offer in this story.", here, group),
        Action("macro", (";", "ctrl+o"), "macro", "Choose a canned reply: filled in for this ticket and put in at the cursor, with its changes.", (*TICKET, *here), group),
        Action("macro_words", ("ctrl+t",), "words alone", "Put the words of the macro in, and leave the ticket's fields as they are.", ("macros",), group, short=True),
        Action("next_hole", ("alt+n",), "next place", "Select the next place of a macro that is to be filled.", here, group),
        Action("discard", (), "discard draft", "Throw the draft of this ticket away.", here, group),
        Action("model_rewrite", (), "rewrite plainer", "Ask the language model for the draft in plainer words; you read them first.", here, group),
        Action("model_back", (), "words before", "Bring the draft back as it was before a rewrite was taken.", here, group),
        Action("model_propose", (), "propose a reply", "Ask the language model for a reply from what the customer told; you read it first.", here, group),
        Action("model_summary", (), "summarise the story", "Ask the language model for a summary in which every sentence names its message.", here, group),
        Action("recap_block", (), "recap for the customer", "Put into the reply what we did, what happens next, by when, and how to reach us.", here, group),
        Action("contact_block", (), "how to reach us", "Put into the reply how to reach a person, today's hours, and the ticket's reference.", here, group),
    )  # fmt: skip


def _fields() -> tuple[Action, ...]:
    group, here = "Already told", ("fields",)
    return (
        Action("correct", ("e",), "correct", "Give the field the right value; it holds for this person from now on.", here, group, short=True),
        Action("put_away", ("x",), "put away", "Put the field away, or bring it back.", here, group, short=True),
        Action("see", ("o",), "its message", "Go to the customer's message that says it.", here, group, short=True),
    )  # fmt: skip


def _outbox() -> tuple[Action, ...]:
    group, here = "Outbox", ("outbox",)
    return (
        Action("retry", ("r", "R"), "send now", "Send now what waits for its time, try again what was refused, send anyway what was held back.", here, group, short=True),
        Action("edit", ("e",), "edit", "Take the message back and go on writing it.", here, group, short=True),
        Action("drop", ("D",), "drop", "Take this back; it has not left yet. The words of a message are kept as the ticket's draft.", here, group, short=True),
        Action("settle", ("c",), "settle", "Decide, field by field, where somebody else changed what you changed.", here, group, short=True),
        Action("retarget", ("m",), "send elsewhere", "Send the words to the ticket that theirs was merged into, or as a follow-up of a closed one.", here, group, short=True),
    )  # fmt: skip


def _promises() -> tuple[Action, ...]:
    group, here, asked = "Promises", ("promises",), ("promising",)
    return (
        Action("confirm", ("enter",), "send and keep", "Send the reply and keep track of what it promises.", asked, group, short=True),
        Action("unpromise", ("x",), "drop", "Leave this promise out, or take it in again.", asked, group, short=True),
        Action("retime", ("e",), "another time", "Say when this promise is due.", asked, group, short=True),
        Action("promise_keep", ("K",), "kept", "Say that this promise was kept; a public reply keeps it by itself.", here, group, short=True),
        Action("promise_drop", ("x",), "drop", "Give this promise up, and say why.", here, group, short=True),
        Action("promise_move", ("m",), "move", "Give this promise another time, as it was agreed.", here, group, short=True),
        Action("no_news", ("U",), "no news yet", "Draft an honest update with a new time for what was promised; you send it.", ("queue", "story", "promises"), group),
    )  # fmt: skip


def _conflict() -> tuple[Action, ...]:
    group, here = "Conflict", ("conflict",)
    return (
        Action("mine", ("m", "left"), "yours", "Your value holds for this field.", here, group, short=True),
        Action("theirs", ("t", "right"), "theirs", "Their value holds for this field.", here, group, short=True),
        Action("other", ("e",), "another", "Give this field another value.", here, group, short=True),
        Action("all_mine", ("M",), "all yours", "Your values hold for all fields.", here, group),
        Action("all_theirs", ("T",), "all theirs", "Their values hold for all fields.", here, group),
        Action("decide", ("enter",), "decide", "Make it so, once every field is decided.", here, group, short=True),
    )  # fmt: skip


def _go() -> tuple[Action, ...]:
    group = "Go"
    everywhere = (*_EVERYWHERE, "connect")
    return (
        Action("demo", ("d",), "demo", "Leave, and start the demo company: no account, no network.", ("connect",), group, short=True),
        Action("connect", ("c",), "connect", "Connect your own help desk.", ("connect",), group, short=True),
        Action("join", ("ctrl+s",), "connect", "Ask the desk who you are, and add it once it has answered.", ("connecting",), group, short=True),
        Action("triage", ("T",), "queue", "To the queue.", MAIN, group),
        Action("outbox", ("O",), "outbox", "What has not left yet, and what needs you.", MAIN, group),
        Action("board", ("L",), "live board", "Live figures for the whole team.", MAIN, group),
        Action("promises", ("P",), "promises", "What was promised to customers: late, due today, to come, kept.", MAIN, group),
        Action("desks", ("!",), "desks", "Show how the sync of each desk stands, and what to do about it.", MAIN, group),
        Action("sync", ("f5",), "sync now", "Fetch and send now.", everywhere, group),
        Action("palette", (":", "ctrl+p"), "palette", "Every action by name.", everywhere, group, short=True),
        Action("theme", (), "theme", "Choose the colours; each is shown as you pass it, and the one taken is kept.", everywhere, group),
        Action("help", ("?", "f1"), "help", "Every key, those of this pane first.", (*everywhere, "conflict"), group, short=True),
        Action("quit", ("q", "ctrl+q"), "quit", "Leave; drafts and outbox are kept.", everywhere, group),
    )  # fmt: skip


ACTIONS: tuple[Action, ...] = (
    *_move(),
    *_find(),
    *_ticket(),
    *_marks(),
    *_story(),
    *_write(),
    *_fields(),
    *_outbox(),
    *_promises(),
    *_conflict(),
    *_go(),
)
BY_ID = {action.id: action for action in ACTIONS}


def in_pane(pane: str) -> list[Action]:
    """Return the actions of a pane in the order of the table."""
    return [action for action in ACTIONS if pane in action.panes]


def groups(actions: Iterable[Action] = ACTIONS) -> dict[str, list[Action]]:
    """Return the actions under the names of their groups."""
    found: dict[str, list[Action]] = {}
    for action in actions:
        found.setdefault(action.group, []).append(action)
    return found


def clashes(actions: Iterable[Action] = ACTIONS) -> list[str]:
    """Name every key that means two things in one pane, or that hides the beginning of a longer one."""
    return [str(each) for each in clashing(actions, PANES)]


def show_key(key: str) -> str:
    """Say a key as help and footer do: "g g" is pressed as "gg"."""
    names = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup", "question_mark": "?"}
    parts = [names.get(part, part) for part in key.split(" ")]
    return "".join(parts).replace("ctrl+", "^").replace("shift+", "shift-").replace("alt+", "alt-")


def table() -> list[tuple[str, str, str]]:
    """Return group, keys and sentence of every action that has a key: the table in the documentation."""
    return [
        (action.group, " ".join(show_key(key) for key in action.keys), action.help)
        for action in ACTIONS
        if action.keys
    ]
