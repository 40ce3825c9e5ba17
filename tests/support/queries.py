"""Queries at random: every field, comparison and form that the grammar has."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

RANKS = ("none", "low", "normal", "high", "urgent")
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
WORDS = ("parcel", "late", "gift", "card", "kettle", "届かない", "荷物")
FORMS = ("{}", "-{}", "not {}", "({})")

_spans = st.builds("{}{}".format, st.integers(0, 60), st.sampled_from("mhdw"))
_dates = st.one_of(
    st.dates(date(2025, 11, 1), date(2026, 3, 1)).map(str),
    st.sampled_from(("2025", "2026", "2025-12", "2026-01", "2026-02")),
)
_ops = st.sampled_from((">", ">=", "<", "<=", ":>", ":<="))
_times = st.one_of(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(("created", "updated", "waiting", "sla")),
        _ops,
        st.one_of(_spans, _dates),
    ),
    st.builds("{}:{}".format, st.sampled_from(("created", "updated", "waiting", "sla")), _dates),
    st.builds("{}:{}..{}".format, st.sampled_from(("created", "updated", "sla")), _spans, _spans),
    st.builds(
        "{}:{}..{}".format,
        st.sampled_from(("created", "updated", "sla")),
        _dates,
        st.one_of(_dates, st.just("")),
    ),
    st.builds("{}:..{}".format, st.sampled_from(("created", "waiting")), st.one_of(_dates, _spans)),
)
_counts = st.one_of(
    st.builds("{}{}{}".format, st.sampled_from(("told", "messages")), _ops, st.integers(0, 4)),
    st.builds(
        "{}:{}..{}".format, st.sampled_from(("told", "messages")), st.integers(0, 3), st.integers(0, 5)
    ),
    st.builds("messages:{},{}".format, st.integers(0, 3), st.integers(0, 5)),
)
_names = st.one_of(
    st.lists(st.sampled_from((*STATUSES, "live")), min_size=1, max_size=3).map(
        lambda v: "status:" + ",".join(v)
    ),
    st.sampled_from(
        ("tag:vip", "tag:late,vip", "tag:none", "assignee:me", "assignee:none", "assignee:ana", "is:waiting")
    ),
    st.sampled_from(
        (
            "requester:ana@",
            "customer:@b.example",
            "customer:物",
            'customer:"bo berg"',
            "is:sla",
            "is:unassigned",
            "owner:a1",
        )
    ),
    st.sampled_from(
        ("field.size:7", "field.SIZE>3", "field.size<=3,7", "field.size:none", "field.size:3..7", "ref:3,5")
    ),
    st.lists(
        st.sampled_from(("followed", "mentioned", "snoozed", "draft", "unseen", "live", "waiting")),
        min_size=1,
        max_size=2,
    ).map(lambda v: "is:" + ",".join(v)),
    st.builds("priority{}{}".format, st.sampled_from((":", ">=", "<=")), st.sampled_from(RANKS)),
    st.sampled_from(
        ("presence:spam", "presence:present,spam", "-presence:present", "presence:present", "presence:gone")
    ),
    st.sampled_from(
        (
            "assignee:ME",
            "assignee:Nobody",
            "group:none",
            "group:None",
            "queue:billing",
            "org:NONE",
            "org:Acme,none",
            "tag:None",
            "field.size:None",
            "channel:sms",
            "channel:Email,chat",
            "desk:acme",
            "desk:other",
            "is:pending",
        )
    ),
    st.sampled_from(("rating:good", "rating:bad", "rating:good,bad", "rating:none", "-rating:bad")),
)
_texts = st.one_of(
    st.sampled_from((*WORDS, "荷", "物", "物が", "荷物parcel", "card届か", '"荷物 late"', "い late 荷物")),
    st.just('"gift card"'),
    st.just('"card gift"'),
    st.just("gift card"),
)
_conditions = st.one_of(_times, _counts, _names, _texts)
QUERIES = st.recursive(
    _conditions,
    lambda inner: st.one_of(
        st.builds(str.format, st.sampled_from(FORMS), inner.map("({})".format)),
        st.builds("{} {}".format, inner, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("({} or {}) {}".format, inner, inner, inner),
    ),
    max_leaves=6,
)
