"""Turn plain functions into Typer commands that all share the global options, and load each only when it is used."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from console.commands import complete
from console.commands.door import FORMS, Door, Form
from console.commands.quick import hasten, kinds_of

LARGEST = 1_000_000_000  # of any number
# What may be given empty, and is then as if it were not given: a reason, a choice of looks, a query that matches everything.
MAY_BE_EMPTY = frozenset(
    {"why", "fields", "sort", "group", "columns", "key", "queue", "theme", "argument query", "argument amount", "argument text"}
)  # fmt: skip
OF_FILES = frozenset({"FILE", "FOLDER", "DIR"})  # what stands in the help for the name of one
# click's base class, wherever this version of Typer keeps it
USAGE_ERROR: Any = typer.BadParameter.__mro__[2]
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
HomeOption = Annotated[
    str, typer.Option("--home", metavar="DIR", help="The workspace to use; otherwise HEARD_HOME.")
]
OutputOption = Annotated[
    Form | None, typer.Option("-o", "--output", help="How to print what is found.", show_default=False)
]
FieldsOption = Annotated[
    str, typer.Option("--fields", metavar="A,B", help="Only these fields, in this order.")
]
ThemeOption = Annotated[
    str,
    typer.Option(
        "--theme",
        metavar="NAME",
        help="The colours of the screens, for this run; otherwise HEARD_THEME.",
        autocompletion=complete.themes,
    ),
]
ColorOption = Annotated[bool, typer.Option("--no-color", help="Print no colours; NO_COLOR does the same.")]

Sections = Mapping[str, Mapping[str, str]]
NOTHING: Mapping[str, Any] = MappingProxyType({})


def shared(
    home: HomeOption = "",
    output: OutputOption = None,
    fields: FieldsOption = "",
    no_color: ColorOption = False,
) -> None:
    """The signature that every command has beside its own."""


SHARED = tuple(inspect.signature(shared).parameters)


class Words(TyperCommand):
    """A command whose words may begin with a minus: `-spam` is a word unless it is exactly one of the options."""

    kinds: Mapping[str, Any] = NOTHING

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  (click's; where it lives differs)
        """Put the options first and everything else behind `--`, so that click reads no word as an option."""
        hasten(self.get_params(ctx), self.kinds)
        flags = {o for p in self.get_params(ctx) for o in (*p.opts, *p.secondary_opts)}
        valued = {o for p in self.params if not getattr(p, "is_flag", False) for o in p.opts}
        with whose(ctx):
            return super().parse_args(ctx, sort_words(args, flags, valued))


@contextmanager
def whose(ctx: Any) -> Iterator[None]:  # noqa: ANN401  (the same)
    """Say of a mistake which command's it is, where click does not, so that its help can be named."""
    try:
        yield
    except USAGE_ERROR as mistake:
        mistake.ctx = mistake.ctx or ctx
        raise


def sort_words(args: Sequence[str], known: set[str], valued: set[str]) -> list[str]:
    """The options with their values, `--`, and the words, each in the order typed."""
    options: list[str] = []
    words: list[str] = []
    rest = iter(args)
    for each in rest:
        if each == "--":
            words += rest
        elif each in valued:
            value = next(rest, None)
            if value is None:  # click says best what is missing
                return [*options, each]
            options += [each, value]
        elif each in known or _is_long(each) or (each[:2] in valued and each[2:] in FORMS):
            options.append(each)
        else:
            words.append(each)
    return [*options, "--", *words]


def _is_long(word: str) -> bool:
    """Whether a word is meant as a long option, known or not; a dash and a space begin a sentence."""
    return word.startswith("--") and word[2:3].isalpha()


class Family(TyperGroup):
    """Commands that are imported when they are used: each is named as "module:function"."""

    sections: Sections = NOTHING
    kinds: Mapping[str, Any] = NOTHING
    otherwise = ""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401  (the same)
        """Take the command that the first word names, or the one that is meant where it names none."""
        named = any(name == args[0] for _, name, _ in self.entries()) if args else True
        return super().resolve_command(ctx, args if named or not self.otherwise else [self.otherwise, *args])

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  (the same)
        """Read the options of the group itself."""
        hasten(self.get_params(ctx), self.kinds)
        with whose(ctx):
            return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  (the same; a signature of click's)
        """Every name, in the order of the table."""
        return [name for _, name, _ in self.entries()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002  (the same)
        """The command of that name, built now; None when there is none."""
        found = next((place for _, name, place in self.entries() if name == cmd_name), None)
        return build(cmd_name, find(found)) if found else None

    def entries(self) -> Iterator[tuple[str, str, str]]:
        """Section, name and place of every command."""
        for section, table in self.sections.items():
            for name, place in table.items():
                yield section, name, place

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002  (the same)
        """Write the names with the first sentence of each; no command is built for that."""
        for section, table in self.sections.items():
            with formatter.section(section):
                formatter.write_dl([(name, first_sentence(find(place))) for name, place in table.items()])


@dataclass(frozen=True, slots=True)
class Group:
    """A command with commands of its own; `bare` runs when none is named, `otherwise` when the first word names none."""

    bare: Callable[..., None]
    sections: Sections
    otherwise: str = ""


def find(place: str) -> Callable[..., None] | Group:
    """What stands at "module:name" among the command modules."""
    module, _, name = place.partition(":")
    found: Callable[..., None] | Group = getattr(import_module(f"console.commands.{module}"), name)
    return found


def first_sentence(found: Callable[..., None] | Group) -> str:
    """What a command does, in one line."""
    function = found.bare if isinstance(found, Group) else found
    return (inspect.getdoc(function) or "").partition("\n")[0]


def build(name: str, found: Callable[..., None] | Group) -> Any:  # noqa: ANN401  (the same)
    """The click command for a function, or for a group of them."""
    app = typer.Typer(name=name, add_completion=False, rich_markup_mode=None, context_settings=CONTEXT)
    if not isinstance(found, Group):
        run = joined(found)
        app.command(name, cls=Words)(run)
        return hastened(app, run)
    run = joined(found.bare, group=True)
    app.callback(cls=Family, invoke_without_command=True)(run)
    made = filled(hastened(app, run), found.sections)
    made.otherwise = found.otherwise
    return made


def hastened(app: typer.Typer, function: Callable[..., None]) -> Any:  # noqa: ANN401  (the same)
    """The click command of an app whose options are those of `function`."""
    command = get_command(app)
    command.kinds = kinds_of(function)  # type: ignore[attr-defined]  # Words or a Family
    return command


def filled(group: Any, sections: Sections) -> Any:  # noqa: ANN401  (the same)
    """The Family `group` with its table of commands; their names serve the "did you mean"."""
    group.sections = sections
    group.commands = {name: None for table in sections.values() for name in table}
    return group


def refuse_endless(given: Mapping[str, Any]) -> None:
    """Refuse a number that nothing here can count to, in days or rows, before anything reckons with it."""
    for name, value in given.items():
        if isinstance(value, (int, float)) and value > LARGEST:
            hint = f"--{name.replace('_', '-').strip('-')}"
            raise typer.BadParameter(f"{value} is more than {LARGEST:,}.", param_hint=hint)


def refuse_empty(ctx: typer.Context, given: Mapping[str, Any]) -> None:
    """Refuse a value that is empty: mostly a variable of a script that was never set, and never "as if it were not there"."""
    for each in ctx.command.params:
        kind = "argument " if each.param_type_name == "argument" else ""
        value = given.get(each.name or "")
        empty = "" in value if isinstance(value, list) else value == ""
        if not empty or not MAY_BE_EMPTY.isdisjoint({each.name, f"{kind}{each.name}"}):
            continue
        source = ctx.get_parameter_source(each.name or "")
        if source is not None and source.name == "COMMANDLINE":
            hint = each.metavar if kind else max(each.opts, key=len)
            raise typer.BadParameter("it is empty.", param_hint=hint or each.name)


def refuse_misplaced(ctx: typer.Context, given: Mapping[str, Any]) -> None:
    """Refuse an option before the name of a command that does not hear it, rather than do what it was to narrow."""
    for each in ctx.command.params:
        source = ctx.get_parameter_source(each.name or "")
        if each.name in given and source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(
                f"it says nothing to {ctx.invoked_subcommand}.", param_hint=max(each.opts, key=len)
            )


def refuse_unreadable(ctx: typer.Context, given: Mapping[str, Any]) -> None:
    """Refuse words that are not in the encoding of this terminal: they name nothing, and would reach people with signs for letters.

    Names of files may be any bytes, and a query says itself where it cannot be read.
    """
    for each in ctx.command.params:
        value = given.get(each.name or "")
        if each.metavar in OF_FILES or each.name == "query" or not isinstance(value, (str, list)):
            continue
        readable(value if isinstance(value, str) else " ".join(value))


def readable(words: str) -> None:
    """Refuse words that are no letters from some place on; InvalidInputError names the place."""
    try:
        words.encode()
    except UnicodeEncodeError as error:
        from store.errors import InvalidInputError  # noqa: PLC0415  (only when something is wrong)

        raise InvalidInputError(
            f"The words cannot be read from letter {error.start + 1} on: they are not in this terminal's encoding.",
            "Set LANG to what is typed, or give a file in UTF-8.",
        ) from None


def joined(function: Callable[..., None], *, group: bool = False) -> Callable[..., None]:
    """The function with the shared options added to its signature and `door` taken out of it."""
    own = inspect.signature(function, eval_str=True)
    parameters = [
        inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
        *(p.replace(kind=p.KEYWORD_ONLY) for n, p in own.parameters.items() if n != "door"),
        *(
            p.replace(kind=p.KEYWORD_ONLY)
            for p in inspect.signature(shared, eval_str=True).parameters.values()
        ),
    ]

    def run(**given: Any) -> None:  # noqa: ANN401  (whatever the function takes)
        """Take the shared options over into the door, then run the command itself."""
        ctx: typer.Context = given.pop("ctx")
        refuse_endless(given)
        refuse_empty(ctx, given)
        refuse_unreadable(ctx, given)
        door: Door = ctx.find_root().obj
        door.merge({name: given.pop(name) for name in SHARED})
        if not group or ctx.invoked_subcommand is None:
            function(door, **given)
        else:
            refuse_misplaced(ctx, given)

    run.__doc__ = (function.__doc__ or "").replace(
        r"\b", "\b"
    )  # click's mark for lines that stay as they are
    run.__name__ = function.__name__
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]  # what inspect reads first
    return run
