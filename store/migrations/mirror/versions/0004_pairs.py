"""Indexes for scripts without spaces, for names of files, and for the people of an organization; filled from the newest on."""

from alembic import op

from store import backlog

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A single character is a beginning of a pair, and three letters are what most people type of a word before they look up.
PAIRS = """CREATE VIRTUAL TABLE {} USING fts5(text, content='', prefix='1 3',
    tokenize="unicode61 remove_diacritics 2 categories 'L* M* N* Co'")"""
FILES = """CREATE VIRTUAL TABLE attachment_fts USING fts5(text, content='', tokenize="trigram")"""
MEMBERS = "CREATE INDEX customer_organization ON customer (organization_id) WHERE organization_id > 0"


def upgrade() -> None:
    """Add the indexes, with the newest texts in them; the others follow while tickets are synced."""
    op.execute(MEMBERS)
    for table in ("message_pairs_fts", "ticket_pairs_fts", "customer_pairs_fts"):
        op.execute(PAIRS.format(table))
    op.execute(FILES)
    backlog.begin(op.get_bind().connection.driver_connection)
