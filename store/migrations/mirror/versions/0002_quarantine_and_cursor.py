"""Tickets that could not be understood; and the cursor beside the rows it covers, so that both are kept or lost together."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

QUARANTINE = """CREATE TABLE quarantine (
    desk VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (desk, remote_id)
)"""

CURSOR = """CREATE TABLE cursor (
    desk VARCHAR NOT NULL,
    stream VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (desk, stream)
)"""


def upgrade() -> None:
    """Add the tables."""
    op.execute(QUARANTINE)
    op.execute(CURSOR)
