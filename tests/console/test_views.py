"""Saved searches: files of one's own and of the team, what becomes of a bad one, and those of other programs."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from console import triage, view_files, view_import, views
from console.query import parse
from console.session import Session
from console.settings_values import Settings, Views, ViewSettings
from store.errors import InvalidInputError, NotFoundError, QueryError
from store.home import Home


def write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_a_file_with_a_mistake_is_told_with_its_line_and_the_others_load(session: Session) -> None:
    folder = session.home.root / "views"
    write(folder, "a.toml", 'query = "tag:vip"\nkey = "3"\n')
    write(folder, "b.toml", '\nquery = "status:opn"\n')
    write(folder, "c.toml", 'query = "x"\n\ncolour = 1\n')
    write(folder, "d.toml", "query = \n")
    (folder / "e.toml").write_bytes(b"\xff\xfe\x00")
    found = {v.key: v for v in views.views(session)}
    assert (found["3"].name, found["3"].source) == ("a", "own")
    assert found["1"].source == "built-in"
    told = {Path(p.file).name: p for p in views.problems(session)}
    assert {name: p.line for name, p in told.items()} == {"b.toml": 2, "c.toml": 3, "d.toml": 1, "e.toml": 0}
    assert "Did you mean open?" in told["b.toml"].hint


def test_an_order_in_the_query_of_a_view_leaves_it_its_groups(session: Session) -> None:
    folder = session.home.root / "views"
    write(folder, "a.toml", 'query = "status:open SORT:sla tag:sort"\nsort = "created"\ngroup = "status"\n')
    made = views.named(session, "a")
    assert (made.query, made.order) == ("status:open tag:sort", "status/sla")


def test_a_key_that_is_none_is_told_with_the_nearest_that_is(session: Session) -> None:
    write(session.home.root / "views", "a.toml", 'nam = "A"\nquery = "x"\n')
    (found,) = views.problems(session)
    assert found.hint.startswith("Did you mean name?")


def test_of_two_with_one_name_the_agents_own_holds_and_the_key_goes_by_the_same_order(
    session: Session, tmp_path: Path
) -> None:
    made = Views({"Config": ViewSettings("status:open", key="2")})
    made.shared = str(tmp_path / "team")
    session.settings = replace(session.settings, views=made)
    write(tmp_path / "team", "late.toml", 'name = "Late"\nquery = "waiting>1d"\nkey = "2"\n')
    write(tmp_path / "team", "other.toml", 'name = "Other"\nquery = "tag:x"\nkey = "7"\n')
    write(session.home.root / "views", "mine.toml", 'name = "late"\nquery = "waiting>2d"\n')
    found = {v.name: v for v in views.views(session)}
    assert found["late"].query == "waiting>2d"
    assert "Late" not in found
    assert (found["Config"].key, found["Other"].key, found["Other"].source) == ("2", "7", "shared")


def test_a_shared_folder_that_is_not_there_is_told(session: Session) -> None:
    made = Views()
    made.shared = "nowhere"
    session.settings = replace(session.settings, views=made)
    assert [p.problem for p in views.problems(session)] == ["is not there"]
    assert len(views.views(session)) == 9


def test_the_shared_folder_is_named_beside_the_views_of_the_settings(home: Home) -> None:
    home.config.write_text('[views]\nshared = "team"\n[views.Own]\nquery = "x"\n', encoding="utf-8")
    home.config.chmod(0o600)
    opened = Session.open(home)
    assert isinstance(opened.settings.views, Views)
    assert opened.settings.views.shared == "team"
    assert list(opened.settings.views) == ["Own"]
    opened.close()


def test_what_is_saved_is_read_as_the_same_and_removed_again(session: Session) -> None:
    root = session.home.root
    view = ViewSettings('tag:"späte Post" or "x"', "sla", "4", "assignee", ("ref", "subject"))
    view_files.save(root, 'Späte "Post"', view)
    (saved,) = view_files.load(root, Settings()).views
    assert (saved.name, saved.view) == ('Späte "Post"', view)
    with pytest.raises(InvalidInputError, match="already"):
        view_files.save(root, 'späte "post"', view)
    with pytest.raises(InvalidInputError, match=r"^sort is not one of its values: sideways"):
        view_files.save(root, "Bad", ViewSettings("x", "sideways"))
    assert len(list((root / "views").iterdir())) == 1
    view_files.remove(root, 'SPÄTE "POST"')
    with pytest.raises(NotFoundError):
        view_files.remove(root, 'Späte "Post"')


def test_a_name_never_leaves_the_folder(session: Session) -> None:
    path = view_files.save(session.home.root, "../../etc/passwd", ViewSettings("x"))
    assert path.parent == session.home.root / "views"


def test_a_view_is_narrowed_and_sorted_by_a_query() -> None:
    view = views.View("v", "status:open or tag:vip sort:sla")
    with pytest.raises(QueryError):
        parse(view.query, 0)  # an order belongs to the whole, not to one side of the or
    view = views.View("v", "(status:open or tag:vip) sort:sla")
    assert views.within(view, "x") == "(status:open or tag:vip) sort:sla x"
    assert views.within(view, "x sort:created") == "(status:open or tag:vip) x sort:created"
    assert triage.unsorted(view.query) == "(status:open or tag:vip)"


ZENDESK = {
    "views": [
        {
            "title": "Late and mine",
            "conditions": {
                "all": [
                    {"field": "status", "operator": "less_than", "value": "solved"},
                    {"field": "assignee_id", "operator": "is", "value": "current_user"},
                    {"field": "priority", "operator": "greater_than", "value": "normal"},
                    {"field": "current_tags", "operator": "not_includes", "value": "spam test"},
                    {"field": "created_at", "operator": "greater_than", "value": "48"},
                    {"field": "PENDING", "operator": "greater_than", "value": "24"},
                    {"field": "satisfaction_score", "operator": "is", "value": "bad"},
                ],
                "any": [
                    {"field": "current_tags", "operator": "includes", "value": "vip"},
                    {"field": "group_id", "operator": "is", "value": "12"},
                ],
            },
            "execution": {
                "sort_by": "nice_id",
                "group_by": "assignee",
                "columns": [{"id": "subject"}, {"id": "score"}],
            },
        },
        {
            "title": "Nothing",
            "conditions": {"all": [{"field": "brand_id", "operator": "is", "value": "1"}], "any": []},
        },
    ]
}


def test_a_view_of_zendesk_says_the_same_and_what_it_cannot_say_is_told() -> None:
    late, nothing = view_import.read(json.dumps(ZENDESK))
    assert late.view
    assert late.view.query == (
        "status:new,open,pending,hold assignee:me priority:high,urgent -tag:spam,test created>48h (tag:vip or group:12)"
    )
    assert (late.view.group, late.view.columns) == ("assignee", ("subject",))
    assert [w for w in late.warnings if w.startswith("left out")] == [
        "left out: PENDING greater_than 24",
        "left out: satisfaction_score is bad",
    ]
    assert nothing.view is None
    assert nothing.warnings[-1] == "nothing is left to look for"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("assignee_id", "all_agents"), ("group_id", "current_groups"), ("current_tags", "vip none"),
        ("custom_fields_12", "1..5"), ("custom_fields_12", "None"),
    ],
)  # fmt: skip
def test_what_would_mean_something_else_here_is_left_out_and_told(field: str, value: str) -> None:
    given = [
        {"field": "status", "operator": "is", "value": "open"},
        {"field": field, "operator": "includes" if field == "current_tags" else "is", "value": value},
    ]
    (found,) = view_import.read(json.dumps([{"title": "v", "conditions": {"all": given, "any": []}}]))
    assert found.view
    assert found.view.query == "status:open"
    assert found.warnings[0].startswith(f"left out: {field}")


def test_a_view_of_zendesk_whose_choices_cannot_be_said_is_told_to_find_more() -> None:
    brands = [{"field": "brand_id", "operator": "is", "value": str(n)} for n in (1, 2)]
    opened = {"field": "status", "operator": "is", "value": "open"}
    (found,) = view_import.read(json.dumps([{"title": "v", "conditions": {"all": [opened], "any": brands}}]))
    assert found.view
    assert found.view.query == "status:open"
    assert found.warnings[-1].endswith("the view finds more")


def test_an_overview_of_zammad_says_the_same() -> None:
    given = [
        {
            "name": "My pending",
            "condition": {
                "ticket.state_id": {"operator": "is", "value": ["2", "3"]},
                "ticket.owner_id": {"operator": "is", "pre_condition": "current_user.id", "value": ""},
                "ticket.tags": {"operator": "contains all", "value": "vip, late"},
                "ticket.created_at": {"operator": "within last (relative)", "value": "7", "range": "day"},
                "ticket.pending_time": {"operator": "before (relative)", "value": "1", "range": "hour"},
            },
            "order": {"by": "updated_at", "direction": "ASC"},
            "group_by": "priority",
            "view": {"s": ["number", "title", "customer", "state"]},
        },
        {
            "name": "Nested",
            "condition": {
                "operator": "OR",
                "conditions": [
                    {"name": "ticket.title", "operator": "contains", "value": "gift card"},
                    {
                        "operator": "NOT",
                        "conditions": [{"name": "ticket.state", "operator": "is", "value": ["closed"]}],
                    },
                ],
            },
        },
    ]
    mine, nested = view_import.read(json.dumps(given))
    assert mine.view
    assert mine.view.query == "status:open,pending assignee:me tag:vip tag:late created<7d"
    assert (mine.view.sort, mine.view.group) == ("oldest", "priority")
    assert mine.view.columns == ("ref", "subject", "requester", "status")
    assert mine.warnings == ("left out: ticket.pending_time before (relative) 1",)
    assert nested.view
    assert nested.view.query == '("gift card" or -(status:closed))'


@pytest.mark.parametrize(
    ("condition", "query"),
    [
        (
            {"name": "ticket.escalation_at", "operator": "till (relative)", "value": "10", "range": "minute"},
            "sla<10m",
        ),
        (
            {
                "name": "ticket.escalation_at",
                "operator": "within next (relative)",
                "value": "1",
                "range": "hour",
            },
            "sla:0m..1h",
        ),
        (
            {"name": "ticket.created_at", "operator": "from (relative)", "value": "3", "range": "day"},
            "created<3d",
        ),
        ({"name": "ticket.updated_at", "operator": "today"}, "updated:today"),
        (
            {
                "operator": "NOT",
                "conditions": [
                    {"name": "ticket.tags", "operator": "contains one", "value": "a"},
                    {"name": "ticket.state_id", "operator": "is", "value": ["2"]},
                ],
            },
            "-(tag:a status:open)",
        ),
    ],
)
def test_a_condition_of_zammad_says_the_same(condition: dict[str, object], query: str) -> None:
    """Its NOT says that not all of the conditions hold; what escalates soon has escalated too, or not, as it says."""
    given = [{"name": "v", "condition": {"operator": "AND", "conditions": [condition]}}]
    (found,) = view_import.read(json.dumps(given))
    assert found.view
    assert (found.view.query, found.warnings) == (query, ())


def test_a_moment_of_an_overview_keeps_its_time_of_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    limit = {"operator": "before (absolute)", "value": "2026-01-05T23:30:00.000Z"}
    try:
        (found,) = view_import.read(json.dumps([{"name": "v", "condition": {"ticket.created_at": limit}}]))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found.view
    assert found.view.query == "created<=2026-01-06T00:30"


def test_an_order_that_is_not_known_turns_nothing_round() -> None:
    conditions = {"all": [{"field": "status", "operator": "is", "value": "pending"}]}
    given = {"title": "v", "conditions": conditions, "execution": {"sort_by": "status", "sort_order": "asc"}}
    (found,) = view_import.read(json.dumps([given]))
    assert found.view
    assert (found.view.sort, found.warnings) == ("updated", ("its order is not known here: status",))


@pytest.mark.parametrize(
    ("by", "direction", "sort", "told"),
    [
        ("created", "asc", "created", True), ("created", "desc", "created", False), ("updated", "asc", "oldest", False),
        ("priority", "asc", "priority", True), ("priority", "desc", "priority", False), ("subject", "desc", "subject", True),
        ("subject", "asc", "subject", False), ("subject", "", "subject", False), ("updated", "desc", "updated", False),
    ],
)  # fmt: skip
def test_an_order_that_goes_the_other_way_there_is_told(
    by: str, direction: str, sort: str, *, told: bool
) -> None:
    conditions = {"all": [{"field": "status", "operator": "is", "value": "pending"}]}
    shape = {"sort_by": by, "sort_order": direction}
    (found,) = view_import.read(json.dumps([{"title": "v", "conditions": conditions, "execution": shape}]))
    assert found.view
    assert found.view.sort == sort
    assert any(warning.startswith("its order is turned round") for warning in found.warnings) is told


@pytest.mark.parametrize("text", ["", "[1, 2]", "7", "{}", "[" * 100_000, '{"views": 3}'])
def test_what_is_no_export_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        view_import.read(text)


def test_the_recorded_views_of_a_real_desk_are_taken_over(shared: Path) -> None:
    recorded = json.loads(
        (shared / "traffic/zendesk/zenpy/TestViews.test_get_active_views.json").read_text(encoding="utf-8")
    )
    bodies = [each["response"]["body"] for each in recorded["interactions"]]
    made = [
        v
        for body in bodies
        if body and ("views" in body or "view" in body)
        for v in view_import.read(json.dumps(body))
    ]
    assert len(made) > 3
    for each in made:
        assert each.view is None or parse(each.view.query, 0)
    assert any(each.view and each.view.query.startswith("status:new,open,pending,hold") for each in made)
