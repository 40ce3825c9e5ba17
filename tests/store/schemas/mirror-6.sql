CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE address (
    id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (customer_id, kind, value)
);
CREATE INDEX address_value ON address (kind, value);
CREATE TABLE agent (
    id INTEGER NOT NULL,
    desk VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    active INTEGER NOT NULL,
    is_me INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (desk, remote_id)
);
CREATE TABLE attachment (
    id INTEGER NOT NULL,
    desk VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    message_id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    size INTEGER NOT NULL,
    mime VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (desk, remote_id)
);
CREATE INDEX attachment_message ON attachment (message_id);
CREATE TABLE channel (
    desk VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (desk, name)
);
CREATE TABLE custom_field (
    id INTEGER NOT NULL,
    desk VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    options VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (desk, remote_id)
);
CREATE TABLE customer (
    id INTEGER NOT NULL,
    desk VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    organization_id INTEGER NOT NULL,
    time_zone VARCHAR NOT NULL,
    locale VARCHAR NOT NULL,
    notes VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (desk, remote_id)
);
CREATE TABLE grp (
    id INTEGER NOT NULL,
    desk VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (desk, remote_id)
);
CREATE TABLE message (
    id INTEGER NOT NULL,
    desk VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    ticket_id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    author_ref VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    body VARCHAR NOT NULL,
    marker VARCHAR NOT NULL,
    files INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (desk, remote_id)
);
CREATE INDEX message_created ON message (created DESC);
CREATE INDEX message_customer ON message (customer_id, created);
CREATE INDEX message_ticket ON message (ticket_id, created);
CREATE TABLE meta (
    "key" VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY ("key")
);
CREATE TABLE organization (
    id INTEGER NOT NULL,
    desk VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (desk, remote_id)
);
CREATE TABLE tag (
    desk VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    PRIMARY KEY (desk, name)
);
CREATE TABLE ticket (
    id INTEGER NOT NULL,
    ref VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    status_raw VARCHAR NOT NULL,
    priority VARCHAR NOT NULL,
    priority_raw VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    requester_id INTEGER NOT NULL,
    assignee_id INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    organization_id INTEGER NOT NULL,
    tags VARCHAR NOT NULL,
    fields VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    version INTEGER NOT NULL,
    token VARCHAR NOT NULL,
    presence VARCHAR NOT NULL,
    merged_into VARCHAR NOT NULL,
    sla_due INTEGER NOT NULL,
    url VARCHAR NOT NULL,
    waiting_since INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    low_water VARCHAR NOT NULL,
    thread_version INTEGER NOT NULL, copied VARCHAR NOT NULL DEFAULT '',
    PRIMARY KEY (id),
    UNIQUE (desk, remote_id),
    UNIQUE (ref)
);
CREATE INDEX ticket_requester ON ticket (requester_id, created);
CREATE INDEX ticket_stale ON ticket (desk, updated DESC) WHERE thread_version < version;
CREATE VIRTUAL TABLE ticket_fts USING fts5(subject, content='ticket', content_rowid='id', prefix='2 3 4',
    tokenize="unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE message_fts USING fts5(body, content='message', content_rowid='id', prefix='2 3 4',
    tokenize="unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE customer_fts USING fts5(names, prefix='2 3 4', tokenize="unicode61 remove_diacritics 2");
CREATE TABLE quarantine (
    desk VARCHAR NOT NULL,
    remote_id VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (desk, remote_id)
);
CREATE TABLE cursor (
    desk VARCHAR NOT NULL,
    stream VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (desk, stream)
);
CREATE INDEX ticket_by_updated ON ticket (updated, id) WHERE presence = 'present';
CREATE INDEX ticket_live_updated ON ticket (updated, id, status, assignee_id, waiting_since, sla_due, priority, group_id, channel, organization_id, requester_id, created, desk, tags) WHERE status NOT IN ('solved', 'closed') AND presence = 'present';
CREATE INDEX ticket_by_created ON ticket (created, id) WHERE presence = 'present';
CREATE INDEX ticket_live_created ON ticket (created, id, status, assignee_id) WHERE status NOT IN ('solved', 'closed') AND presence = 'present';
CREATE INDEX ticket_by_subject ON ticket (subject COLLATE NOCASE, id) WHERE presence = 'present';
CREATE INDEX ticket_live_subject ON ticket (subject COLLATE NOCASE, id, status, assignee_id) WHERE status NOT IN ('solved', 'closed') AND presence = 'present';
CREATE INDEX ticket_by_priority ON ticket (CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 WHEN 'low' THEN 3 ELSE 4 END, updated DESC, id DESC) WHERE presence = 'present';
CREATE INDEX ticket_live_priority ON ticket (CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 WHEN 'low' THEN 3 ELSE 4 END, updated DESC, id DESC, status, assignee_id) WHERE status NOT IN ('solved', 'closed') AND presence = 'present';
CREATE INDEX ticket_by_sla ON ticket (CASE WHEN sla_due = 0 THEN 1 ELSE 0 END, sla_due, id) WHERE presence = 'present';
CREATE INDEX ticket_live_sla ON ticket (CASE WHEN sla_due = 0 THEN 1 ELSE 0 END, sla_due, id, status, assignee_id) WHERE status NOT IN ('solved', 'closed') AND presence = 'present';
CREATE INDEX ticket_by_waiting ON ticket (CASE WHEN waiting_since = 0 THEN 1 ELSE 0 END, waiting_since, id) WHERE presence = 'present';
CREATE INDEX ticket_live_waiting ON ticket (CASE WHEN waiting_since = 0 THEN 1 ELSE 0 END, waiting_since, id, status, assignee_id) WHERE status NOT IN ('solved', 'closed') AND presence = 'present';
CREATE INDEX ticket_hidden ON ticket (presence) WHERE presence <> 'present';
CREATE INDEX ticket_solved ON ticket (id) WHERE status = 'solved' AND presence = 'present';
CREATE INDEX customer_organization ON customer (organization_id) WHERE organization_id > 0;
CREATE VIRTUAL TABLE message_pairs_fts USING fts5(text, content='', prefix='1 3',
    tokenize="unicode61 remove_diacritics 2 categories 'L* M* N* Co'");
CREATE VIRTUAL TABLE ticket_pairs_fts USING fts5(text, content='', prefix='1 3',
    tokenize="unicode61 remove_diacritics 2 categories 'L* M* N* Co'");
CREATE VIRTUAL TABLE customer_pairs_fts USING fts5(text, content='', prefix='1 3',
    tokenize="unicode61 remove_diacritics 2 categories 'L* M* N* Co'");
CREATE VIRTUAL TABLE attachment_fts USING fts5(text, content='', tokenize="trigram");
INSERT INTO alembic_version VALUES ('0006');
PRAGMA user_version=6;
