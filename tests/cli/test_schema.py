"""What `heard schema` says of a command is what the command prints.

Every answer that any of these tests gets as JSON is held against it (`program.py`); here each command answers once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from program import Done, Heard, some_ref
from support.answered import command_of, told
from test_outbox import in_conflict

from console.commands.answers import ANSWERS, AS_IT_IS, DRAFT, VERSION, names
from console.commands.build import Group, find
from console.commands.table import SECTIONS
from console.demo.setup import DemoDesk

# What they answer takes a second console, a colleague or a new workspace: in the tests of their own.
ELSEWHERE = {"demo", "mentions", "who"}


def every_command() -> Iterator[str]:
    for section in SECTIONS.values():
        for name, place in section.items():
            yield name
            found = find(place)
            if isinstance(found, Group):
                yield from (f"{name} {each}" for inner in found.sections.values() for each in inner)


def test_every_command_has_a_schema_or_prints_what_is_none_of_ours() -> None:
    assert {*every_command()} == {*ANSWERS} | AS_IT_IS


def test_a_schema_is_json_schema_with_the_version_and_the_fields_that_can_be_chosen(reading: Heard) -> None:
    found = reading("schema", "list").json
    assert (found["$schema"], found["$id"]) == (DRAFT, f"urn:heard:output:{VERSION}:list")
    assert tuple(found["$defs"]["ticket"]["properties"]) == names("shapes:TICKET")
    assert found["$defs"]["ticket"]["properties"]["sla_due"] == {
        "type": ["string", "null"],
        "format": "date-time",
    }
    whole = reading("schema").json
    assert whole["version"] == VERSION
    assert whole["commands"]["list"] == found
    assert [*whole["commands"]] == [*ANSWERS]


def test_a_command_without_a_schema_is_told_and_those_that_have_one(reading: Heard) -> None:
    assert "customer show" in reading("schema", "nonsense", code=4).err
    assert reading("schema", "customer", "show").json["title"] == "heard customer show"


def test_an_answer_that_is_not_as_it_was_told_is_found() -> None:
    args = ("list", "--count", "-o", "json")
    assert told(args, '{"count": 3}') == []
    for wrong in ('{"count": "3"}', '{"count": 3, "more": 1}', "{}", '[{"count": 3}]', '{"count": true}'):
        assert told(args, wrong), wrong
    assert told(("sync", "--watch", "-o", "ndjson"), '{"at": 5}\n')


@dataclass
class Asked:
    """The program, and which commands have answered."""

    heard: Heard
    answered: set[str] = field(default_factory=set)

    def __call__(self, *args: str, form: str = "json", **more: object) -> Done:
        done = self.heard(*args, "-o", form, **more)  # type: ignore[arg-type]
        assert done.out.strip() not in {"", "[]", "[\n]"}, f"{args}: nothing to look at"
        self.answered.add(command_of(args))
        return done


def reads(ask: Asked, ref: str) -> None:
    for args in (
        *(("list",), ("list", "--count"), ("list", "--explain", "tag:x"), ("next", "-n", "3"), ("show", ref)),
        *(
            ("history", "--ticket", ref),
            ("history", "--ticket", ref, "--card"),
            ("search", "the"),
            ("recap", ref),
        ),
        *(("next-steps", ref), ("kb", "filter"), ("kb",), ("views",), ("board",), ("tail", "--no-follow")),
        *(
            ("train",),
            ("review", "sample", "--days", "400"),
            ("desk",),
            ("desk", "list"),
            ("desk", "check"),
            ("sync",),
        ),
        *(
            ("doctor", "--offline"),
            ("config",),
            ("config", "show"),
            ("keys",),
            ("macros",),
            ("remedies", "show", ref),
        ),
    ):
        ask(*args)
    ask("sweep", code=1)
    ask("dupes", "--days", "3000", "--hours", "5000", "--solved")
    file = ask("attachments", "1112").json[0]["id"]
    ask("attachments", "1112", file, "--to", str(ask.heard.home))
    ask("check", "-", "--ticket", ref, text="The refund left today. We will ring you soon.")
    ask(
        "check",
        "--batch",
        "-",
        form="ndjson",
        text='{"id": "1", "customer": ["It leaks."], "agent_before": [], "draft": "Sorry."}\n',
    )
    ask("show", some_ref(ask.heard, "messages:3.."))


def writes(ask: Asked, ref: str) -> None:
    ask("views", "add", "Late", "tag:late", "--key", "5")
    ask("views", "remove", "Late")
    ask("reply", ref, "I will call you tomorrow at 15:00.")
    number = ask("promises").json[0]["id"]
    number = ask("promises", "move", number, "+2d").json["id"]
    ask("promises", "keep", number)
    ask("undo")
    ask("promises", "drop", number)
    note = ask("note", ref, "A note.").json["id"]
    ask("outbox", "edit", note, "Another note.")
    for command in ((), ("list",)):
        note = ask("outbox", *command).json[-1]["id"]
    ask("outbox", "show", note)
    ask("outbox", "retry", note)
    ask("outbox", "drop", note)
    ask("follow", ref)
    ask("snooze", ref, "2h")
    ask("wake", ref)
    ask("set", ref, "+late")
    ask("set", ref, "+late")
    ask("bulk", f"ref:{ref.partition('/')[2]}", "+early", "status=hold")
    ask("claim", "--next")
    ask("undo", "3", "--dry-run")
    ask("outbox", "push")
    ask("resolve", in_conflict(ask.heard))


def people(ask: Asked) -> None:
    found = ask("customer", "proposals").json[0]
    one, other = found["one"], found["other"]
    ask("customer", "show", one)
    made = ask("customer", "link", one, other, "--why", "the same number").json["id"]
    ask("customer")
    ask("customer", "links")
    ask("customer", "undo", made)
    ask("customer", "link", one, other, "--why", "the same number")
    ask("customer", "unlink", one, "--why", "they are two")


def remedies(ask: Asked, ref: str) -> None:
    made = ask("remedies", "offer", ref, "refund", "1,999.99").json
    ask("remedies")
    ask("remedies", "withdraw", made["id"])
    other = next(
        each["assignee"]
        for each in ask("list", "--limit", "0").json
        if each["assignee"] and each["assignee"] != made["actor"]
    )
    for command in ("approve", "refuse"):
        asked = ask("remedies", "offer", ref, "refund", "2,100.00", "--why", "she waited", code=22).json
        ask("remedies", command, asked["id"], "--by", other, "--why", "fine")


def files(ask: Asked) -> None:
    home = ask.heard.home
    ask("macros", "fit", some_ref(ask.heard, "refund"), "--all")
    name = ask("macros").json[0]["name"]
    ask("macros", "show", name, some_ref(ask.heard))
    export = {"macros": [{"title": "A::B", "actions": [{"field": "comment_value", "value": "Hi"}]}]}
    ask("macros", "import", "-", text=json.dumps(export))
    shown = {
        "title": "Theirs",
        "conditions": {"all": [{"field": "status", "operator": "is", "value": "open"}]},
    }
    ask("views", "import", "-", text=json.dumps({"views": [shown]}))
    drawn = ask("review", "sample", "--days", "400").json[0]
    ask("review", "note", drawn["ref"], drawn["message_id"], "Well said.", "--private")
    ask("review")
    ask("review", "notes")
    (home / "views" / "bad.toml").write_text("query = 3\n", encoding="utf-8")
    ask("views", "check", code=1)
    more = '\n[model]\nendpoint = "http://127.0.0.1:1/v1"\nmodel = "tiny"\n'
    config = home / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")
    ask("model")
    token = {"HEARD_MODEL_TOKEN": "x"}
    ref = some_ref(ask.heard)
    ask("model", "summary", ref, "--dry-run", env=token)
    ask("model", "propose", ref, "--dry-run", env=token)
    ask("model", "rewrite", "-", "--dry-run", env=token, text="We look at it.")
    config.write_text(config.read_text(encoding="utf-8") + '\n[keys]\nnonsense = "f9"\n', encoding="utf-8")
    ask("config", "check", code=5)
    ask("keys", "check", code=5)


def desks(ask: Asked, url: str, desk: DemoDesk) -> None:
    token = {"HEARD_SHOP_TOKEN": desk.admin_token}
    ask("desk", "accept", "demo")
    ask("desk", "same", "demo")
    words = ("--provider", "zendesk", "--url", url, "--user", desk.admin_email)
    ask("desk", "add", "shop", *words, env=token)
    ask("desk", "remove", "shop", "--yes", env=token)


def test_every_command_answers_as_its_schema_says(heard: Heard, live_desk: tuple[str, DemoDesk]) -> None:
    ask = Asked(heard)
    ref = some_ref(heard, "status:open,pending")
    reads(ask, ref)
    people(ask)
    writes(ask, ref)
    remedies(ask, ref)
    desks(ask, *live_desk)
    files(ask)
    assert {*ANSWERS} - ask.answered == ELSEWHERE
