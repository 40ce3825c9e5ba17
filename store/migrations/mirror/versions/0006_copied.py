"""Who else gets public replies on a ticket. Filled as tickets change, or are opened."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only a column more: programs of the schema before may go on beside it."""
    op.execute("ALTER TABLE ticket ADD COLUMN copied VARCHAR NOT NULL DEFAULT ''")
