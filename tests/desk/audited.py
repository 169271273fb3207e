"""Tests of what the auditors find in the demonstration; collected by test_load_demo.py, which loads
the demonstration once for all of them."""

from collections import Counter

from portal.auditing import states
from portal.auditing.models import Job, Sample, SampleItem
from portal.auditing.selectors import overrides, violations
from portal.auditing.selectors.scope import Scope


def test_auditors_have_samples_in_every_state_and_really_find_something(demo):
    assert "監査の標本" in demo
    found = set(SampleItem.objects.values_list("status", flat=True))
    assert found == {state.code for state in states.ITEM.states}
    assert {"stratified", "monetary", "all"} == set(Sample.objects.values_list("method", flat=True))
    wrong = Counter(item.rule for item in violations.found(violations.rows(Scope())))
    # Late, as people are; nothing in the wrong order, for the rules of the real thing forbid it.
    assert wrong["reported_late"] >= 3
    assert wrong.keys() <= {
        "reported_late",
        "corrected_late",
        "entered_late",
        "returned_late",
        "paid_closed",
    }
    told = overrides.found(overrides.rows(Scope()))
    assert len({item.kind for item in told}) >= 3
    assert [item for item in told if not item.reason] == []


def test_the_amounts_of_the_demonstration_are_those_of_the_rules(demo):
    recount = Job.objects.get(kind=Job.Kind.RECOUNT)
    assert recount.phase == Job.Phase.DONE, recount.problem
    assert recount.result["wrong"] == 0
    assert recount.result["same"] > 0
    bundle = Job.objects.get(kind=Job.Kind.BUNDLE)
    assert bundle.phase == Job.Phase.DONE, bundle.problem
    assert bundle.result["missing"] == []
