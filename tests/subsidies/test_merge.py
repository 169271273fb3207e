"""Merging two tabs, and canonical snapshots."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies.rules import merge, snapshot


class TestMerge:
    FIELDS = ("a", "b", "c")
    VALUES = st.sampled_from(["", "1", "2", "3"])
    SAVE = st.tuples(st.dictionaries(st.sampled_from(FIELDS), VALUES), st.integers(0, 4))

    def test_different_fields_merge(self):
        stored, history = {"a": "1", "b": "1"}, {}
        first = merge.merge(stored, history, {"a": "2", "b": "1"}, 0)
        history = merge.remember(history, stored, first.changed, 1)
        stored |= first.changed
        second = merge.merge(stored, history, {"a": "1", "b": "3"}, 0)
        assert (second.changed, second.conflicts) == ({"b": "3"}, {})

    def test_the_same_field_conflicts_and_shows_the_other_value(self):
        stored, history = {"a": "1"}, {}
        first = merge.merge(stored, history, {"a": "2"}, 0)
        history = merge.remember(history, stored, first.changed, 1)
        second = merge.merge({"a": "2"}, history, {"a": "3"}, 0)
        assert (second.changed, second.conflicts) == ({}, {"a": "2"})

    def test_the_same_value_twice_is_no_conflict(self):
        history = merge.remember({}, {"a": "1"}, {"a": "2"}, 1)
        found = merge.merge({"a": "2"}, history, {"a": "2"}, 0)
        assert (found.changed, found.conflicts) == ({}, {})

    @given(st.lists(SAVE, max_size=12))
    def test_no_value_is_overwritten_unseen(self, saves):
        """A save changes a field only if the tab had seen the field's stored value, and a field
        the tab did not touch is never changed. Tabs hold what was stored at their revision."""
        stored: dict[str, str] = {}
        history: dict = {}
        past = [dict(stored)]
        for typed, age in saves:
            base = max(0, len(past) - 1 - age)
            seen = past[base]
            posted = {field: typed.get(field, seen.get(field)) for field in self.FIELDS}
            found = merge.merge(stored, history, posted, base)
            for field, value in found.changed.items():
                assert (stored.get(field) or "") == (seen.get(field) or "")
                assert value == typed[field]
            for field in found.conflicts:
                theirs = stored.get(field) or ""
                assert theirs not in {seen.get(field) or "", posted[field] or ""}
            if not found.conflicts:
                history = merge.remember(history, stored, found.changed, len(past))
                stored = {**stored, **found.changed}
                past.append(dict(stored))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


class TestSnapshot:
    @given(JSON)
    def test_the_digest_survives_json(self, data):
        assert snapshot.digest(json.loads(json.dumps(data))) == snapshot.digest(data)

    @given(st.dictionaries(st.text(max_size=3), st.integers(), min_size=2, max_size=5))
    def test_the_order_of_keys_does_not_matter(self, data):
        backwards = dict(reversed(list(data.items())))
        assert snapshot.canonical(backwards) == snapshot.canonical(data)

    @pytest.mark.parametrize("data", [1.5, {"a": 0.1}, {1: "a"}, {"a": dt.date(2026, 1, 1)}, [{1}]])
    def test_what_has_no_single_form_is_refused(self, data):
        with pytest.raises(snapshot.NotCanonical):
            snapshot.digest(data)
