"""Promises, remedies, corrected facts, reviews, practice, linked identities, snoozes: only new tables."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE promise (
    id VARCHAR NOT NULL,
    ref VARCHAR NOT NULL,
    person VARCHAR NOT NULL,
    op_id VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    phrase VARCHAR NOT NULL,
    due INTEGER NOT NULL,
    zone VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    kept_by VARCHAR NOT NULL,
    replaces VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    PRIMARY KEY (id)
)""",
    "CREATE INDEX promise_op ON promise (op_id)",
    "CREATE INDEX promise_open ON promise (due) WHERE state = 'open'",
    "CREATE INDEX promise_ref ON promise (ref, due)",
    """CREATE TABLE remedy (
    id VARCHAR NOT NULL,
    ref VARCHAR NOT NULL,
    person VARCHAR NOT NULL,
    theme VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    cents INTEGER NOT NULL,
    currency VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    limit_cents INTEGER NOT NULL,
    actor VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    op_id VARCHAR NOT NULL,
    decided_by VARCHAR NOT NULL,
    decided INTEGER NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (id)
)""",
    "CREATE INDEX remedy_state ON remedy (state, created)",
    "CREATE INDEX remedy_story ON remedy (person, created)",
    """CREATE TABLE fact_edit (
    id INTEGER NOT NULL,
    person VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    corrected VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (id)
)""",
    "CREATE INDEX fact_person ON fact_edit (person)",
    """CREATE TABLE review (
    id VARCHAR NOT NULL,
    ref VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    agent VARCHAR NOT NULL,
    reviewer VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    sample VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    read INTEGER NOT NULL,
    PRIMARY KEY (id)
)""",
    "CREATE INDEX review_agent ON review (agent, read)",
    "CREATE INDEX review_ref ON review (ref)",
    """CREATE TABLE practice (
    id VARCHAR NOT NULL,
    ref VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (id)
)""",
    "CREATE INDEX practice_actor ON practice (actor, created)",
    """CREATE TABLE identity_link (
    id VARCHAR NOT NULL,
    one VARCHAR NOT NULL,
    other VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    evidence VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    undone INTEGER NOT NULL,
    undone_by VARCHAR NOT NULL,
    PRIMARY KEY (id)
)""",
    "CREATE INDEX identity_one ON identity_link (one)",
    "CREATE INDEX identity_other ON identity_link (other)",
    """CREATE TABLE snooze (
    ref VARCHAR NOT NULL,
    until INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    awaits VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    woken INTEGER NOT NULL,
    woken_by VARCHAR NOT NULL,
    PRIMARY KEY (ref)
)""",
    "CREATE INDEX snooze_until ON snooze (until) WHERE woken = 0",
    """CREATE TABLE follow (
    ref VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (ref)
)""",
    """CREATE TABLE skip (
    id INTEGER NOT NULL,
    ref VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (id)
)""",
    "CREATE INDEX skip_ref ON skip (ref, created)",
    # Programs of schema 1 may read and write on: they do not know these tables.
    "INSERT OR REPLACE INTO meta (key, value) VALUES ('min_reader', '1'), ('min_writer', '1')",
)


def upgrade() -> None:
    """Add the tables and their indexes."""
    for statement in STATEMENTS:
        op.execute(statement)
