"""Lines of a list with headings and the rows of its tickets: each leads to the other and back."""

from __future__ import annotations

from array import array
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.groups import grouped

from store.groups import Groups, begins
from widgets.headed import Lines

sizes = st.lists(st.integers(1, 40), min_size=1, max_size=12)


@st.composite
def laid(draw: Any) -> tuple[Groups, dict[int, int]]:
    counts = draw(sizes)
    groups = grouped([n for n, count in enumerate(counts) for _ in range(count)], [str(n) for n in range(12)])
    folded = draw(st.sets(st.integers(0, len(counts) - 1)))
    return groups, {g: groups.firsts[g] + draw(st.integers(0, counts[g] - 1)) for g in sorted(folded)}


@given(laid())
def test_the_line_of_a_row_and_the_row_of_a_line_are_inverses(found: tuple[Groups, dict[int, int]]) -> None:
    groups, folded = found
    lines = Lines(groups, folded)
    wanted: list[int] = []
    for group in range(len(groups)):
        shown = range(groups.firsts[group], groups.end(group))
        wanted += [-1, *([folded[group]] if group in folded else shown)]
    assert [lines.row(line) for line in range(lines.total)] == wanted
    for line, row in enumerate(wanted):
        assert row < 0 or lines.line(row) == line
        assert lines.heading(lines.group(line)) <= line
    for row in range(groups.total):
        group = groups.at(row)
        assert lines.row(lines.line(row)) == folded.get(group, row)
        assert groups.firsts[group] <= row < groups.end(group)


@given(laid(), st.integers(-5, 300), st.integers(-5, 300))
def test_a_stretch_of_lines_has_the_rows_of_each_of_them(
    found: tuple[Groups, dict[int, int]], start: int, end: int
) -> None:
    lines = Lines(*found)
    one_by_one = [lines.row(line) for line in range(max(start, 0), min(end, lines.total))]
    assert [row for run in lines.rows(start, end) for row in run] == [row for row in one_by_one if row >= 0]


@given(st.lists(st.integers(0, 4), max_size=90))
def test_a_group_begins_where_another_value_does(values: list[int]) -> None:
    assert list(begins(array("I", values))) == [
        n for n, value in enumerate(values) if not n or values[n - 1] != value
    ]
