"""Sending later, deciding what to do with a conflict, and jobs that the desk works through by itself. Only additions."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE op ADD COLUMN send_at INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE op ADD COLUMN agreed VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE op ADD COLUMN replaces VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE op ADD COLUMN job VARCHAR DEFAULT '' NOT NULL",
    "ALTER TABLE op ADD COLUMN doubt INTEGER DEFAULT 0 NOT NULL",
    "CREATE INDEX op_laid ON op (lane, seq) WHERE closed = 0",
    # Programs of schema 1 may read and write on: they leave the new columns at their defaults.
    "INSERT OR REPLACE INTO meta (key, value) VALUES ('min_reader', '1'), ('min_writer', '1')",
)


def upgrade() -> None:
    """Add the columns and the index."""
    for statement in STATEMENTS:
        op.execute(statement)
