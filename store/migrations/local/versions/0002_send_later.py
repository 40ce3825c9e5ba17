"""Sending later, deciding what to do with a conflict, and jobs that the desk works through by itself. Columns are only added."""

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
)


def upgrade() -> None:
    """Add the columns."""
    for statement in STATEMENTS:
        op.execute(statement)
