"""Who is at which ticket: consoles of one workspace, a shared folder with clocks that differ, and folders full of lies."""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.clock import Clock

from console.presence import Doing, Presence, at, now_here
from console.session import Session
from store.colleagues import Mark, MarkFolder
from store.home import Home

SECOND = 1_000_000


class Place:
    """Consoles on one disk. Seconds go by for all of them when told; a file is made older by setting its time back."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self.root, self.clock = root, clock
        self.seconds = 1_000.0
        self.sessions: dict[str, Session] = {}
        self.told: list[str] = []

    def console(
        self, who: str, *, home: str = "home", desk: str = "acme", more: str = "", ahead: float = 0
    ) -> Presence:
        """A console of `who`, whose clock may be `ahead` by some seconds."""
        made = Home(self.root / home)
        made.make()
        made.config.write_text(
            f'[desks.{desk}]\nprovider = "zendesk"\nurl = "https://Acme.example/"\nuser = "a@acme.example"\n'
            f'[presence]\nname = "{who}"\n{more}',
            encoding="utf-8",
        )
        made.config.chmod(0o600)
        session = self.sessions[who] = Session.open(made, lambda: self.clock() + int(ahead * SECOND))
        return Presence(
            session,
            lambda: self.told.append(who),
            wall=lambda: time.time() + ahead,
            monotonic=lambda: self.seconds,
        )

    def go(self, seconds: float, *steps: Presence) -> None:
        """Let time pass, then let these consoles do what is due."""
        self.seconds += seconds
        self.clock.tick(seconds)
        for path in self.files():
            then = path.lstat().st_mtime - seconds
            os.utime(path, (then, then), follow_symlinks=False)
        for each in steps:
            each.step()

    def files(self) -> list[Path]:
        return sorted(self.root.rglob("console-*.json"))

    def sees(self, who: str, console: Presence, ref: str = "acme/7") -> list[str]:
        """What `who` reads above the story of a ticket."""
        return [each.words(self.sessions[who].now()) for each in at(ref, console.others)]


@pytest.fixture
def place(tmp_path: Path, clock: Clock) -> Iterator[Place]:
    made = Place(tmp_path, clock)
    yield made
    for session in made.sessions.values():
        session.close()


def test_two_consoles_of_one_workspace_see_each_other(place: Place) -> None:
    ana, bo = place.console("Ana Silva"), place.console("Bo Berg")
    bo.doing = Doing("acme/7", "viewing", place.clock())
    ana.doing = Doing("acme/7", "viewing", place.clock())
    place.go(0, bo, ana)
    assert place.sees("Ana Silva", ana) == ["Bo Berg has had this ticket open for 0 s"]
    assert place.told == ["Ana Silva"]
    place.go(3, bo)
    assert place.sees("Bo Berg", bo) == ["Ana Silva has had this ticket open for 3 s"]
    bo.doing = Doing("acme/7", "writing", place.clock())
    place.go(1, bo, ana)  # too soon for another word
    assert place.sees("Ana Silva", ana) == ["Bo Berg has had this ticket open for 4 s"]
    place.go(4, bo, ana)
    assert place.sees("Ana Silva", ana) == ["Bo Berg is writing a reply here (5 s ago)"]
    place.go(61, ana)
    assert place.sees("Ana Silva", ana) == []


def test_another_console_of_my_own_is_told_as_such(place: Place) -> None:
    one = place.console("Ana Silva")
    place.sessions["first"] = place.sessions.pop("Ana Silva")
    two = place.console("Ana Silva")
    two.doing = Doing("acme/7", "writing", place.clock())
    place.go(0, two, one)
    assert place.sees("first", one) == ["Another console of yours is writing a reply here (0 s ago)"]


def test_i_know_myself_by_whatever_name(place: Place) -> None:
    one = place.console("Ana" + "x" * 200)
    one.doing = Doing("acme/7", "viewing", place.clock())
    place.go(0, one)
    (seen,) = now_here(next(iter(place.sessions.values())))
    assert (seen.me, len(seen.who)) == (True, 60)


def test_a_team_shares_a_folder_whatever_it_calls_the_desk_and_its_clocks_say(place: Place) -> None:
    shared = place.root / "team"
    shared.mkdir()
    more = f'folder = "{shared}"\n'
    ana = place.console("Ana Silva", home="ana", more=more)
    bo = place.console("Bo Berg", home="bo", desk="help", more=more, ahead=37)
    bo.doing = Doing("help/7", "writing", place.clock() + 37 * SECOND)
    place.go(0, bo, ana)
    place.go(8, ana)
    assert place.sees("Ana Silva", ana) == ["Bo Berg is writing a reply here (8 s ago)"]
    assert {path.parent for path in place.files()} == {shared}
    said = b"".join(path.read_bytes() for path in place.files())
    assert sorted(json.loads(place.files()[0].read_bytes())) == ["at", "idle", "kind", "ticket", "who"]
    assert b"acme.example#7" in said


def test_what_was_not_heard_of_for_a_minute_is_gone_and_a_beat_keeps_it(place: Place) -> None:
    ana, bo = place.console("Ana Silva"), place.console("Bo Berg")
    bo.doing = Doing("acme/7", "writing", place.clock())
    place.go(0, bo, ana)
    for _ in range(5):
        place.go(20, bo, ana)
    assert place.sees("Ana Silva", ana) == [
        "Bo Berg is writing a reply here (1 m ago)"
    ]  # the last key, not the beat
    place.go(59, ana)
    assert place.sees("Ana Silva", ana)
    place.go(2, ana)
    assert place.sees("Ana Silva", ana) == []


def test_a_copy_that_arrives_hours_late_says_nothing(place: Place) -> None:
    ana = place.console("Ana Silva")
    folder = place.root / "home" / "presence"
    folder.mkdir(mode=0o700)
    mark = {"who": "Bo", "ticket": "acme.example#7", "kind": "writing", "idle": 1, "at": time.time() - 3_600}
    (folder / "console-0123456789abcdef.json").write_text(json.dumps(mark))
    place.go(0, ana)
    assert place.sees("Ana Silva", ana) == []


def test_nothing_is_said_too_often(place: Place) -> None:
    ana = place.console("Ana Silva")
    written = []
    for second in range(60):
        ana.doing = Doing(f"acme/{second}", "viewing", place.clock())  # through the queue, ticket by ticket
        place.seconds += 1
        ana.step()
        written.append(place.files()[0].stat().st_ino)
    assert 11 <= sum(a != b for a, b in itertools.pairwise(written)) <= 12


HOSTILE = {
    "long": json.dumps({"who": "x" * 5_000, "ticket": "acme.example#7"}),
    "no json": "{" * 300,
    "another shape": json.dumps(["who", "Bo"]),
    "numbers": json.dumps({"who": 7, "ticket": "acme.example#7"}),
    "no name": json.dumps({"who": "\u202e \n", "ticket": "acme.example#7"}),
    "an unknown deed": json.dumps({"who": "Bo", "ticket": "acme.example#7", "kind": "dancing"}),
    "an endless number": '{"who": "Bo", "ticket": "acme.example#7", "idle": 1e999}',
    "a ticket of controls": json.dumps({"who": "Bo", "ticket": "acme.example#7\x1b[2J"}),
    "a desk that is not ours": json.dumps({"who": "Bo", "ticket": "other.example#7"}),
    "no bytes": "",
    "no text": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=[*HOSTILE])
def test_a_file_that_says_something_else_is_passed_over(place: Place, body: str | bytes) -> None:
    ana, bo = place.console("Ana Silva"), place.console("Bo Berg")
    bo.doing = Doing("acme/7", "viewing", place.clock())
    place.go(0, bo)
    raw = body if isinstance(body, bytes) else body.replace("}", f', "at": {time.time()}}}', 1).encode()
    (place.root / "home" / "presence" / "console-00000000000000aa.json").write_bytes(raw)
    place.go(0, ana)
    assert place.sees("Ana Silva", ana) == ["Bo Berg has had this ticket open for 0 s"]
    assert ana.wrong == ""


def test_pipes_links_and_floods_delay_nothing(place: Place) -> None:
    ana = place.console("Ana Silva")
    folder = place.root / "home" / "presence"
    folder.mkdir(mode=0o700)
    os.mkfifo(folder / "console-00000000000000ab.json")
    (folder / "console-00000000000000ac.json").symlink_to("/dev/zero")
    (folder / "console-00000000000000ad.json").mkdir()
    for number in range(900):
        (folder / f"console-{number + 4_096:016x}.json").write_text("{}")
    place.go(0, ana)
    assert (ana.others, ana.wrong) == ((), "")


def test_a_name_is_cleaned_before_anybody_sees_it(place: Place) -> None:
    ana, bo = place.console("Ana Silva"), place.console("Bo")
    place.go(0, bo)
    mark = {"who": "B\x1bo\u202e\n Berg" + "g" * 100, "ticket": "acme.example#7", "at": time.time()}
    place.files()[0].write_text(json.dumps(mark))
    place.go(0, ana)
    (told,) = ana.others
    assert told.who.startswith("B\u241bo Berg")
    assert len(told.who) <= 60
    assert told.who.isprintable()


def test_a_folder_that_is_not_there_or_not_ours_is_told_once_and_tried_again(place: Place) -> None:
    shared = place.root / "team"
    ana = place.console("Ana Silva", home="ana", more=f'folder = "{shared}"\n')
    place.go(0, ana)
    assert ana.wrong == f"Colleagues cannot be seen: {shared}: No such file or directory."
    for _ in range(5):
        place.go(21, ana)
    assert place.told == ["Ana Silva"]
    assert not shared.exists()
    shared.mkdir()
    bo = place.console("Bo Berg", home="bo", more=f'folder = "{shared}"\n')
    bo.doing = Doing("acme/7", "viewing", place.clock())
    place.go(21, bo, ana)
    assert place.sees("Ana Silva", ana) == ["Bo Berg has had this ticket open for 21 s"]


def test_a_folder_that_is_a_file_is_told_too(place: Place) -> None:
    (place.root / "team").write_text("")
    ana = place.console("Ana Silva", home="ana", more=f'folder = "{place.root}/team"\n')
    place.go(0, ana)
    assert "Not a directory" in ana.wrong


def test_switched_off_nothing_is_written_or_read(place: Place) -> None:
    ana = place.console("Ana Silva", home="ana", more='mode = "off"\n')
    ana.doing = Doing("acme/7", "writing", place.clock())
    place.go(0, ana)
    ana.start()
    ana.stop()
    assert not (place.root / "ana" / "presence").exists()
    assert now_here(place.sessions["Ana Silva"]) == ()


def test_a_command_sees_what_consoles_say_and_says_nothing_itself(place: Place) -> None:
    bo = place.console("Bo Berg")
    assert now_here(place.sessions["Bo Berg"]) == ()
    bo.doing = Doing("acme/7", "writing", place.clock())
    place.go(0, bo)
    place.go(8)
    (seen,) = now_here(place.sessions["Bo Berg"])
    assert (seen.ref, seen.kind, seen.me) == ("acme/7", "writing", True)
    assert 7 <= (place.clock() - seen.at) / SECOND <= 9
    assert len(place.files()) == 1


def test_the_thread_ends_with_the_console_and_takes_its_mark_away(place: Place) -> None:
    ana = place.console("Ana Silva")
    ana.start()
    for _ in range(200):
        if place.files():
            break
        time.sleep(0.01)
    (file,) = place.files()
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
    ana.stop()
    assert place.files() == []


def test_what_a_crash_left_behind_is_taken_away_a_day_later(tmp_path: Path) -> None:
    old, young, foreign = (tmp_path / f"console-{c * 16}.json" for c in "abz")
    for path in (old, young, foreign):
        path.write_text("{}")
    day_ago = time.time() - 90_000
    os.utime(old, (day_ago, day_ago))
    os.utime(foreign, (day_ago, day_ago))
    MarkFolder(tmp_path).say(Mark("Ana"))
    assert (old.exists(), young.exists(), foreign.exists()) == (False, True, True)
