"""A revision is tried on last year's applications."""

import datetime as dt

import pytest

from portal.accounts.models import Assignment
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from subsidies.models import BudgetEntry, Call
from subsidies.office import services, tasks
from subsidies.office.models import Trial
from subsidies.office.services import trials
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


class TestLostTrials:
    @pytest.fixture
    def trial(self, editor, call_):
        make.make_submitted(call=call_)
        revision = begun(editor, call_)
        return act(
            editor, services.trial_begin, revision_id=revision.pk, fiscal_year=call_.fiscal_year
        )

    def lost(self):
        with acting(make.SYSTEM):
            return trials.lost(now=clock.now())

    def test_what_a_worker_lost_is_run_in_the_name_of_who_began_it(self, trial, monkeypatch):
        assert self.lost() == []
        monkeypatch.setattr(trials, "LOST_AFTER", dt.timedelta(0))
        sent = []
        monkeypatch.setattr(tasks.resume, "apply_async", lambda args, **_: sent.append(args))
        assert tasks.sweep() == 1
        assert sent == [(trial.pk,)]
        tasks.resume(trial.pk)
        trial.refresh_from_db()
        assert trial.finished_at is not None
        assert (trial.done, trial.result["total"]) == (1, 1)
        assert tasks.sweep() == 0
        tasks.resume(trial.pk)

    def test_who_works_for_the_ward_no_more_has_no_trial_run(self, trial, editor):
        Assignment.objects.filter(user_id=editor.user_id).update(
            valid_to=clock.today() - dt.timedelta(days=1)
        )
        tasks.resume(trial.pk)
        assert not Trial.objects.exists()
        assert AuditRow.objects.filter(action="office.trial_dropped").count() == 1
        tasks.resume(trial.pk)
