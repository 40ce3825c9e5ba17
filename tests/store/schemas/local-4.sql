CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE attempt (
    op_id VARCHAR NOT NULL,
    n INTEGER NOT NULL,
    at INTEGER NOT NULL,
    outcome VARCHAR NOT NULL,
    status INTEGER NOT NULL,
    detail VARCHAR NOT NULL,
    PRIMARY KEY (op_id, n)
);
CREATE TABLE bulk (
    id VARCHAR NOT NULL,
    spec VARCHAR NOT NULL,
    total INTEGER NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE "conflict" (
    id INTEGER NOT NULL,
    op_id VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    base VARCHAR NOT NULL,
    mine VARCHAR NOT NULL,
    theirs VARCHAR NOT NULL,
    theirs_by VARCHAR NOT NULL,
    theirs_at INTEGER NOT NULL,
    resolution VARCHAR NOT NULL,
    resolved_by VARCHAR NOT NULL,
    resolved INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX conflict_op ON "conflict" (op_id);
CREATE TABLE cursor (
    desk VARCHAR NOT NULL,
    stream VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    epoch VARCHAR NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (desk, stream)
);
CREATE TABLE desk_state (
    name VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    error VARCHAR NOT NULL,
    promise VARCHAR NOT NULL,
    me VARCHAR NOT NULL,
    last_sync INTEGER NOT NULL,
    clock_offset INTEGER NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE draft (
    ref VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    low_water VARCHAR NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (ref)
);
CREATE TABLE event (
    seq INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    ref VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    old VARCHAR NOT NULL,
    new VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    occurred INTEGER NOT NULL,
    recorded INTEGER NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE ("key")
);
CREATE INDEX event_occurred ON event (occurred);
CREATE INDEX event_ref ON event (ref, occurred);
CREATE TABLE lease (
    desk VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    fence INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (desk)
);
CREATE TABLE meta (
    "key" VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY ("key")
);
CREATE TABLE op (
    id VARCHAR NOT NULL,
    desk VARCHAR NOT NULL,
    lane VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    bulk_id VARCHAR NOT NULL,
    undoes VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    payload VARCHAR NOT NULL,
    base VARCHAR NOT NULL,
    base_token VARCHAR NOT NULL,
    low_water VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    fence INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    first_sent INTEGER NOT NULL,
    last_sent INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    error VARCHAR NOT NULL,
    status INTEGER NOT NULL,
    result_id VARCHAR NOT NULL,
    result_token VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    closed INTEGER NOT NULL, send_at INTEGER DEFAULT 0 NOT NULL, agreed VARCHAR DEFAULT '' NOT NULL, replaces VARCHAR DEFAULT '' NOT NULL, job VARCHAR DEFAULT '' NOT NULL, doubt INTEGER DEFAULT 0 NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (lane, seq)
);
CREATE INDEX op_bulk ON op (bulk_id);
CREATE INDEX op_lane ON op (lane, state);
CREATE UNIQUE INDEX op_one_in_flight ON op (lane) WHERE state IN ('sending', 'unknown');
CREATE INDEX op_open ON op (state, desk) WHERE state NOT IN ('done', 'cancelled');
CREATE TABLE seen (
    ref VARCHAR NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (ref)
);
CREATE TRIGGER event_is_append_only_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TRIGGER event_is_append_only_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE INDEX op_laid ON op (lane, seq) WHERE closed = 0;
CREATE TABLE promise (
    id VARCHAR NOT NULL,
    ref VARCHAR NOT NULL,
    person VARCHAR NOT NULL,
    op_id VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    phrase VARCHAR NOT NULL,
    due INTEGER NOT NULL,
    zone VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    kept_by VARCHAR NOT NULL,
    replaces VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX promise_op ON promise (op_id);
CREATE INDEX promise_open ON promise (due) WHERE state = 'open';
CREATE INDEX promise_ref ON promise (ref, due);
CREATE TABLE remedy (
    id VARCHAR NOT NULL,
    ref VARCHAR NOT NULL,
    person VARCHAR NOT NULL,
    theme VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    cents INTEGER NOT NULL,
    currency VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    limit_cents INTEGER NOT NULL,
    actor VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    op_id VARCHAR NOT NULL,
    decided_by VARCHAR NOT NULL,
    decided INTEGER NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX remedy_state ON remedy (state, created);
CREATE INDEX remedy_story ON remedy (person, created);
CREATE TABLE fact_edit (
    id INTEGER NOT NULL,
    person VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    corrected VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX fact_person ON fact_edit (person);
CREATE TABLE review (
    id VARCHAR NOT NULL,
    ref VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    agent VARCHAR NOT NULL,
    reviewer VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    sample VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    read INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX review_agent ON review (agent, read);
CREATE INDEX review_ref ON review (ref);
CREATE TABLE practice (
    id VARCHAR NOT NULL,
    ref VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX practice_actor ON practice (actor, created);
CREATE TABLE identity_link (
    id VARCHAR NOT NULL,
    one VARCHAR NOT NULL,
    other VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    evidence VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    undone INTEGER NOT NULL,
    undone_by VARCHAR NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX identity_one ON identity_link (one);
CREATE INDEX identity_other ON identity_link (other);
CREATE TABLE snooze (
    ref VARCHAR NOT NULL,
    until INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    awaits VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    woken INTEGER NOT NULL,
    woken_by VARCHAR NOT NULL,
    PRIMARY KEY (ref)
);
CREATE INDEX snooze_until ON snooze (until) WHERE woken = 0;
CREATE TABLE follow (
    ref VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (ref)
);
CREATE TABLE skip (
    id INTEGER NOT NULL,
    ref VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX skip_ref ON skip (ref, created);
CREATE TABLE deed (
    id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    images VARCHAR NOT NULL,
    behind VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    created INTEGER NOT NULL,
    undone INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX deed_stands ON deed (actor) WHERE undone = 0;
INSERT INTO meta VALUES ('min_reader', '1');
INSERT INTO meta VALUES ('min_writer', '1');
INSERT INTO alembic_version VALUES ('0004');
PRAGMA user_version=4;
