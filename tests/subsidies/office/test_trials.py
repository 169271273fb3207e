"""A revision is tried on last year's applications."""

import pytest

from subsidies.models import BudgetEntry, Call
from subsidies.office import services
from subsidies.office.models import Trial
from tests.factories import subsidies as make
from tests.subsidies.office.acts import act, begun, save

pytestmark = pytest.mark.django_db


class TestTrials:
    def run(self, editor, call, **values):
        revision = save(editor, begun(editor, call), **values)
        trial = act(
            editor,
            services.trial_begin,
            revision_id=revision.pk,
            fiscal_year=call.fiscal_year,
        )
        return act(editor, services.trial_run, trial_id=trial.pk).result

    def test_who_would_have_been_refused_and_why(self, editor, call_):
        for employees in (5, 12, 40):
            owner = make.firm_actor(make.make_firm(employees=employees))
            make.submit(owner, make.make_draft(owner, call_))
        criteria = [
            {**item, "threshold": 10, "any_of": ""} if item["code"] == "employees" else item
            for item in call_.version.rules["criteria"]
        ]
        result = self.run(editor, call_, criteria=criteria)
        assert (result["total"], result["refused"]) == (3, 2)
        (reason,) = result["reasons"]
        assert reason["count"] == len(reason["named"]) == 2
        assert "従業員" in reason["text"]

    def test_amounts_before_and_after(self, editor, call_):
        make.make_submitted(call=call_)
        result = self.run(editor, call_, rate="1/2")
        assert (result["before_yen"], result["after_yen"]) == (499_000, 332_000)
        assert (result["less"], result["refused"]) == (1, 0)

    def test_what_was_not_asked_is_unclear_not_refused(self, editor, call_):
        make.make_submitted(call=call_)
        fresh = {
            "code": "sdgs",
            "question": "SDGsを宣言していますか。",
            "kind": "yes_no",
            "operator": "is_true",
        }
        result = self.run(editor, call_, criteria=[*call_.version.rules["criteria"], fresh])
        assert (result["refused"], result["unclear"]) == (0, 1)

    def test_what_the_firm_had_received_by_then_bars_it(self, editor, call_):
        firm = make.make_firm()
        grant = make.make_grant(call=call_, firm=firm)
        result = self.run(editor, call_, reapply={"once": True})
        assert (result["total"], result["refused"]) == (1, 0)
        next_call = Call.objects.get(pk=call_.pk)
        next_call.pk, next_call.round = None, 2
        next_call.decided_yen = next_call.committed_yen = 0
        next_call.save()
        second = make.make_submitted(call=next_call, firm=firm)
        result = self.run(editor, call_)
        assert (result["total"], result["refused"]) == (2, 1)
        (reason,) = result["reasons"]
        assert reason["named"] == [second.receipt_no] != [grant.receipt_no]
        assert "1回しか受けられません" in reason["text"]

    def test_what_was_settled_later_did_not_help_then(self, editor, call_):
        firm = make.make_firm()
        before = make.make_grant(firm=firm)
        make.make_submitted(call=call_, firm=firm)
        code = before.application.version.scheme.code
        rule = {"relation": "requires", "name": "前の段階", "scheme": code}
        assert self.run(editor, call_, stacking=[rule])["refused"] == 1
        BudgetEntry.objects.create(
            call=before.call, application=before.application, amount_yen=1, kind="final"
        )
        assert self.run(editor, call_)["refused"] == 1

    def test_what_would_have_to_be_added_is_told_and_not_counted_as_refused(self, editor, call_):
        make.make_submitted(call=call_)
        rules = call_.version.rules
        question = {"code": "why", "task": "plan", "label": "なぜ今か", "kind": "text"}
        result = self.run(
            editor,
            call_,
            documents=[*rules["documents"], {"code": "vote", "name": "議事録"}],
            questions=[*rules["questions"], question],
            quotes={"threshold_yen": 1, "count": 9},
        )
        assert result["refused"] == 0
        assert {item["text"]: item["count"] for item in result["besides"]} == {
            "書類「議事録」": 1,
            "設問「なぜ今か」への答え": 1,
            "相見積の見積書（または1者だけの理由を書いた書類）": 1,
        }

    def test_a_second_run_changes_nothing(self, editor, call_):
        make.make_submitted(call=call_)
        self.run(editor, call_, rate="1/2")
        trial = Trial.objects.get()
        act(editor, services.trial_run, trial_id=trial.pk)
        assert Trial.objects.get().finished_at == trial.finished_at
        assert (trial.total, trial.done) == (1, 1)
