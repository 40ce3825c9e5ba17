"""An index for every order of the queue, over all tickets and over the live ones; none of them holds hidden tickets."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PRESENT = "presence = 'present'"
LIVE = "status NOT IN ('solved', 'closed') AND presence = 'present'"
URGENCY = (
    "CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 WHEN 'low' THEN 3 ELSE 4 END"
)
INDEXED = {
    "updated": "updated, id",
    "created": "created, id",
    "subject": "subject COLLATE NOCASE, id",
    "priority": f"{URGENCY}, updated DESC, id DESC",
    "sla": "CASE WHEN sla_due = 0 THEN 1 ELSE 0 END, sla_due, id",
    "waiting": "CASE WHEN waiting_since = 0 THEN 1 ELSE 0 END, waiting_since, id",
}
COVERED = (
    "status, assignee_id, waiting_since, sla_due, priority, group_id, channel, organization_id, requester_id, created, desk,"
    " tags"
)


def upgrade() -> None:
    """Put the indexes in the place of those that had to look every ticket up."""
    for name in ("ticket_updated", "ticket_live", "ticket_live_sla"):
        op.execute(f"DROP INDEX {name}")
    for name, columns in INDEXED.items():
        covered = f", {COVERED}" if name == "updated" else ", status, assignee_id"
        op.execute(f"CREATE INDEX ticket_by_{name} ON ticket ({columns}) WHERE {PRESENT}")
        op.execute(f"CREATE INDEX ticket_live_{name} ON ticket ({columns}{covered}) WHERE {LIVE}")
    op.execute("CREATE INDEX ticket_hidden ON ticket (presence) WHERE presence <> 'present'")
    op.execute(f"CREATE INDEX ticket_solved ON ticket (id) WHERE status = 'solved' AND {PRESENT}")
