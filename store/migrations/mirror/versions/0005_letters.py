"""The indexes of pairs made anew: they now hold words with vowel points, full-width letters and ligatures too."""

from alembic import op

from store import backlog

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin with the newest texts; the others follow while tickets are synced."""
    backlog.begin(op.get_bind().connection.driver_connection)
