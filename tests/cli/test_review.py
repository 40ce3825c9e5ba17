"""Practice on past conversations, and notes on replies that were sent."""

from __future__ import annotations

from program import Heard

MINE = "I am sorry that this took so long. We will ring you tomorrow before 10:00."


def test_the_real_answer_is_hidden_until_yours_is_written(heard: Heard) -> None:
    task = heard("train", "--seed", "a", "-o", "json").json
    assert task["conversation"]
    assert "sent" not in task
    assert task == heard("train", "--seed", "a", "-o", "json").json
    found = heard("train", "--task", task["id"], "-", "-o", "json", text=MINE).json
    assert found["conversation"] == task["conversation"]
    assert found["yours"]["text"] == MINE
    assert found["yours"]["steps"]["apologize"]["state"] == "seen"
    assert found["sent"]["text"] not in {said["text"] for said in task["conversation"]}
    assert {*found["sent"]["steps"]} == {"hear", "empathize", "apologize", "resolve", "diagnose"}


def test_what_was_practised_on_is_not_drawn_again_and_never_sent(heard: Heard) -> None:
    first = heard("train", "--seed", "b", "-o", "json").json["id"]
    heard("train", "--seed", "b", MINE)
    assert heard("train", "--seed", "b", "-o", "json").json["id"] != first
    assert heard("outbox", "-o", "json").json == []


def test_the_people_of_a_practice_conversation_are_not_named(reading: Heard) -> None:
    task = reading("train", "--seed", "c", "-o", "json").json
    row = reading("show", task["id"].partition("#")[0], "-o", "json").json
    told = " ".join(said["text"] for said in task["conversation"])
    assert not [part for part in row["requester"].split() if part in told]


def test_a_conversation_or_queue_that_is_not_there_is_told(reading: Heard) -> None:
    assert "no answer" in reading("train", "--task", "demo/1001#none", code=4).err
    assert "queue Nowhere" in reading("train", "--queue", "Nowhere", code=4).err


def test_a_seed_draws_the_same_replies_again(reading: Heard) -> None:
    def drawn(seed: str) -> list[str]:
        found = reading("review", "sample", "-n", "4", "--seed", seed, "--days", "400", "-o", "json").json
        return [each["message_id"] for each in found]

    assert drawn("one") == drawn("one") != drawn("two")
    assert len(drawn("one")) == 4


def test_a_sample_of_one_agent_shows_ladders_and_what_came_of_it(reading: Heard) -> None:
    every = reading("review", "sample", "-n", "1", "--days", "400", "-o", "json").json
    name = every[0]["agent"]
    found = reading(
        "review", "sample", "--agent", name.upper(), "-n", "3", "--days", "400", "-o", "json"
    ).json
    assert {each["agent"] for each in found} == {name}
    assert all("customer" in each["outcome"] and each["steps"] for each in found)
    told = reading("review", "sample", "--agent", "Nobody", code=4).err
    assert name in told


def test_a_note_goes_to_the_ticket_or_stays_here(heard: Heard) -> None:
    (drawn,) = heard("review", "sample", "-n", "1", "--days", "400", "-o", "json").json
    place = (drawn["ref"], drawn["message_id"])
    heard("review", "note", *place, "Well put.", "--private")
    assert heard("outbox", "-o", "json").json == []
    kept = heard("review", "-o", "json").json
    assert [(each["note"], each["agent"], each["read"]) for each in kept] == [
        ("Well put.", drawn["agent"], None)
    ]
    assert heard("review", "notes", "-o", "json").json[0]["read"].endswith("Z")
    heard("review", "note", *place, "-", text="Name the date next time.")
    (waiting,) = heard("outbox", "-o", "json").json
    assert waiting["kind"] == "note"
    assert waiting["body"].startswith(
        f"Review for {drawn['agent']}, on the reply {drawn['message_id']}:\nName"
    )


def test_a_note_needs_words_and_a_reply(reading: Heard) -> None:
    assert "no public reply" in reading("review", "note", "demo/1001", "none", "Words.", code=4).err
    assert "missing" in reading("review", "note", "demo/1001", "none", code=16).err


def test_notes_of_one_agent_are_listed_without_the_word_notes(heard: Heard) -> None:
    drawn = heard("review", "sample", "--seed", "a", "-n", "1", "-o", "json").json[0]
    heard("review", "note", drawn["ref"], drawn["message_id"], "Well said.", "--private")
    (found,) = heard("review", "--agent", drawn["agent"], "-o", "json").json
    assert found["note"] == "Well said."
    assert heard("review", "--agent", "Nobody", "-o", "json").json == []
