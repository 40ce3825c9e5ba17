"""What was done on this machine alone, so that undo can take it back: one new table."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE deed (
    id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    images VARCHAR NOT NULL,
    behind VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    undone INTEGER NOT NULL,
    PRIMARY KEY (id)
)""",
    "CREATE INDEX deed_stands ON deed (actor) WHERE undone = 0",
    # Programs of schema 1 may read and write on: what they do is not in this table, and undo passes it over.
    "INSERT OR REPLACE INTO meta (key, value) VALUES ('min_reader', '1'), ('min_writer', '1')",
)


def upgrade() -> None:
    """Add the table and its index."""
    for statement in STATEMENTS:
        op.execute(statement)
