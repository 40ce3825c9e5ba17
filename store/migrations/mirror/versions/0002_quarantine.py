"""Tickets that the desk sent in a form that could not be understood."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENT = """CREATE TABLE quarantine (
    desk VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (desk, remote_id)
)"""


def upgrade() -> None:
    """Add the table."""
    op.execute(STATEMENT)
