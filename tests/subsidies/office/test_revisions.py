"""Changing a scheme: edit, propose, publish by another; trials; what running applications keep."""

import datetime as dt
from dataclasses import asdict, replace

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, ReasonMissing, RoleMissing, StaleState
from subsidies.contents import rules_of, submitted_rules
from subsidies.models import Application, BudgetEntry, Call, SchemeVersion
from subsidies.office import policies, selectors, services, states
from subsidies.office.about import About
from subsidies.office.models import Revision, Trial
from subsidies.services.errors import Refused
from tests.factories import subsidies as make
from tests.factories.programs import OTA

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make.official_actor()


@pytest.fixture
def approver():
    return make.official_actor(make.SUMIDA, Role.APPROVER)


@pytest.fixture
def call_():
    return make.make_call()


def act(actor, service, **given):
    with acting(actor):
        return service(actor=actor, **given)


def begun(actor, call):
    return act(actor, services.revision_begin, scheme_id=call.version.scheme_id)


def save(actor, revision, **values):
    counter = values.pop("counter", None)
    return act(
        actor, services.revision_save, revision_id=revision.pk, values=values, counter=counter
    )


def publish(editor, approver, call, **values):
    revision = save(editor, begun(editor, call), **values)
    act(editor, services.revision_propose, revision_id=revision.pk, note="改正の要旨")
    return act(approver, services.revision_publish, revision_id=revision.pk, seen=revision.counter)


class TestFourEyes:
    def test_the_way_from_edit_to_the_next_version(self, editor, approver, call_):
        version = publish(editor, approver, call_, cap_yen=600_000)
        assert (version.number, version.rules["cap_yen"]) == (2, 600_000)
        call_.refresh_from_db()
        assert call_.version == version
        actions = set(AuditRow.objects.values_list("action", flat=True))
        assert {
            "office.revision_begun",
            "office.revision_edited",
            "office.revision.propose",
            "office.revision.publish",
        } <= actions

    def test_whoever_edited_does_not_publish(self, approver, call_):
        both = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
        revision = save(both, begun(both, call_), cap_yen=600_000)
        act(both, services.revision_propose, revision_id=revision.pk, note="要旨")
        with pytest.raises(GuardFailed, match="作った人は公開できません"):
            act(both, services.revision_publish, revision_id=revision.pk, seen=revision.counter)
        act(approver, services.revision_publish, revision_id=revision.pk, seen=revision.counter)

    def test_the_database_refuses_it_too(self, editor, call_):
        revision = save(editor, begun(editor, call_), cap_yen=600_000)
        with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
            Revision.objects.filter(pk=revision.pk).update(published_by_id=editor.user_id)

    def test_an_editor_among_several_does_not_publish(self, editor, approver, call_):
        second = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
        revision = save(editor, begun(editor, call_), cap_yen=600_000)
        revision = save(second, revision, floor_yen=10_000)
        act(editor, services.revision_propose, revision_id=revision.pk, note="要旨")
        with pytest.raises(GuardFailed):
            act(second, services.revision_publish, revision_id=revision.pk, seen=revision.counter)

    def test_who_proposes_what_others_wrote_does_not_publish_it(self, editor, approver, call_):
        both = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
        revision = save(editor, begun(editor, call_), cap_yen=600_000)
        act(both, services.revision_propose, revision_id=revision.pk, note="要旨")
        with pytest.raises(GuardFailed, match="作った人は公開できません"):
            act(both, services.revision_publish, revision_id=revision.pk, seen=revision.counter)
        act(approver, services.revision_publish, revision_id=revision.pk, seen=revision.counter)

    def test_who_wrote_what_was_given_up_does_not_publish_it_begun_by_another(self, editor, call_):
        both = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
        about = About(**{**asdict(About.of(call_.version.scheme)), "name": "新しい制度"})
        first = act(
            both, services.scheme_create, code="NEW1", about=about, version_id=call_.version_id
        )
        first = save(both, first, cap_yen=600_000)
        act(both, services.revision_drop, revision_id=first.pk)
        again = act(editor, services.revision_begin, scheme_id=first.scheme_id)
        assert again.rules["cap_yen"] == 600_000
        act(editor, services.revision_propose, revision_id=again.pk, note="要旨")
        with pytest.raises(GuardFailed, match="作った人は公開できません"):
            act(both, services.revision_publish, revision_id=again.pk, seen=again.counter)

    def test_an_approver_publishes_what_was_read(self, editor, approver, call_):
        revision = save(editor, begun(editor, call_), cap_yen=600_000)
        seen = revision.counter
        act(editor, services.revision_propose, revision_id=revision.pk, note="要旨")
        act(approver, services.revision_send_back, revision_id=revision.pk, reason="率も")
        save(editor, revision, rate="1/2")
        act(editor, services.revision_propose, revision_id=revision.pk, note="要旨")
        with pytest.raises(StaleState):
            act(approver, services.revision_publish, revision_id=revision.pk, seen=seen)

    def test_a_version_made_in_the_meantime_is_not_taken_back(self, editor, approver, call_):
        revision = save(editor, begun(editor, call_), cap_yen=600_000)
        SchemeVersion.objects.create(
            scheme=call_.version.scheme,
            number=2,
            rules={**call_.version.rules, "rate": "1/2"},
            published_at=clock.database_now(),
        )
        act(editor, services.revision_propose, revision_id=revision.pk, note="要旨")
        with pytest.raises(Refused, match="いまの版は第2版"):
            act(approver, services.revision_publish, revision_id=revision.pk, seen=revision.counter)
        assert SchemeVersion.objects.filter(scheme=call_.version.scheme).count() == 2

    @pytest.mark.parametrize("role", [Role.APPROVER])
    def test_who_may_not_edit(self, role, call_):
        with pytest.raises(RoleMissing):
            begun(make.official_actor(make.SUMIDA, role), call_)

    def test_another_ward_sees_nothing(self, editor, call_):
        revision = begun(editor, call_)
        stranger = make.official_actor(OTA)
        with pytest.raises(Revision.DoesNotExist):
            save(stranger, revision, cap_yen=1)
        with pytest.raises(call_.version.scheme.__class__.DoesNotExist):
            begun(stranger, call_)
        assert not policies.visible_revisions(make.firm_actor(make.make_firm())).exists()
        assert policies.visible_revisions(make.auditor_actor()).exists()


ABOUT = About(
    name="見える化補助金",
    name_en="Visibility subsidy",
    summary="機械の稼働を数字で見る。",
    stage=1,
    source="令和8年度要綱",
)


class TestNewSchemes:
    def create(self, actor, call, code="DX9", about=ABOUT):
        return act(
            actor, services.scheme_create, code=code, about=about, version_id=call.version_id
        )

    def test_a_copy_becomes_a_scheme_once_another_has_published_it(self, editor, approver):
        copied = make.make_call(ward=OTA)
        revision = self.create(editor, copied)
        assert (revision.ward_id, revision.rules) == (make.SUMIDA, copied.version.rules)
        with acting(editor):
            assert revision.scheme in policies.visible_schemes(editor)
            assert not revision.scheme.versions.exists()
        revision = save(editor, revision, cap_yen=600_000)
        act(editor, services.revision_propose, revision_id=revision.pk, note="新設")
        both = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
        version = act(
            both, services.revision_publish, revision_id=revision.pk, seen=revision.counter
        )
        assert (version.number, version.scheme.name) == (1, "見える化補助金")
        assert AuditRow.objects.filter(action="office.scheme_created").exists()

    def test_whoever_made_it_does_not_publish_it(self, call_):
        both = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
        revision = self.create(both, call_)
        act(both, services.revision_propose, revision_id=revision.pk, note="新設")
        with pytest.raises(GuardFailed):
            act(both, services.revision_publish, revision_id=revision.pk, seen=revision.counter)

    def test_given_up_it_may_be_taken_up_again(self, editor, call_):
        revision = save(editor, self.create(editor, call_), cap_yen=600_000)
        act(editor, services.revision_drop, revision_id=revision.pk)
        again = act(editor, services.revision_begin, scheme_id=revision.scheme_id)
        assert (again.rules, again.about) == (revision.rules, revision.about)

    def test_what_is_refused(self, editor, approver, call_):
        scheme = call_.version.scheme
        with pytest.raises(RoleMissing):
            self.create(approver, call_)
        with pytest.raises(Refused, match="略号"):
            self.create(editor, call_, code=scheme.code)
        with pytest.raises(Refused, match="名前を変えて"):
            self.create(editor, call_, about=replace(ABOUT, name=scheme.name))
        admin = make.official_actor(make.SUMIDA, Role.WARD_ADMIN)
        fresh = self.create(editor, call_).scheme_id
        with pytest.raises(Refused, match="公開した版がありません"):
            TestCalls().create(admin, call_, scheme_id=fresh)

    def test_a_name_changes_with_the_next_version_and_not_before(self, editor, approver, call_):
        revision = begun(editor, call_)
        about = replace(About.of(call_.version.scheme), name="新しい名前")
        given = {"revision_id": revision.pk, "about": about, "counter": revision.counter}
        revision = act(editor, services.revision_describe, **given)
        with pytest.raises(StaleState):
            act(editor, services.revision_describe, **given)
        scheme = call_.version.scheme
        before = scheme.name
        scheme.refresh_from_db()
        assert scheme.name == before
        act(editor, services.revision_propose, revision_id=revision.pk, note="改名")
        act(approver, services.revision_publish, revision_id=revision.pk, seen=revision.counter)
        scheme.refresh_from_db()
        assert (scheme.name, scheme.kept_by_ward) == ("新しい名前", True)


class TestEditing:
    def test_one_open_revision_per_scheme(self, editor, call_):
        assert begun(editor, call_) == begun(make.official_actor(), call_)

    def test_rules_that_contradict_themselves_are_kept_but_not_proposed(self, editor, call_):
        revision = save(editor, begun(editor, call_), floor_yen=900_000)
        with pytest.raises(GuardFailed, match="1か所"):
            act(editor, services.revision_propose, revision_id=revision.pk, note="要旨")
        revision.refresh_from_db()
        assert revision.rules["floor_yen"] == 900_000

    def test_a_stale_tab_is_told(self, editor, call_):
        revision = begun(editor, call_)
        save(editor, revision, cap_yen=600_000, counter=revision.counter)
        with pytest.raises(StaleState, match="ほかの人が"):
            save(editor, revision, cap_yen=700_000, counter=revision.counter)

    def test_a_proposal_needs_its_reason(self, editor, call_):
        with pytest.raises(ReasonMissing):
            act(editor, services.revision_propose, revision_id=begun(editor, call_).pk, note=" ")

    def test_saving_the_same_counts_nothing(self, editor, call_):
        revision = begun(editor, call_)
        again = save(editor, revision, cap_yen=revision.rules["cap_yen"])
        assert again.counter == revision.counter

    def test_given_up_the_scheme_may_be_changed_anew(self, editor, call_):
        revision = begun(editor, call_)
        act(editor, services.revision_drop, revision_id=revision.pk)
        assert begun(editor, call_) != revision

    def test_a_published_revision_stays(self, editor, approver, call_):
        publish(editor, approver, call_, cap_yen=600_000)
        with pytest.raises(IntegrityError), transaction.atomic():
            Revision.objects.filter(status=states.PUBLISHED).update(note="別の話")


class TestRunningApplications:
    def test_what_was_submitted_keeps_its_version(self, editor, approver, call_):
        application = make.make_submitted(call=call_)
        before = rules_of(application.version)
        publish(editor, approver, call_, rate="1/10", cap_yen=1_000)
        application = Application.objects.select_related("version").get(pk=application.pk)
        assert application.version.number == 1
        assert submitted_rules(application) == before
        assert application.requested_yen == 499_000

    def test_a_decision_after_the_change_is_made_by_the_old_rules(self, editor, approver, call_):
        application = make.make_proposed(call=call_)
        publish(editor, approver, call_, rate="1/10")
        with acting(approver):
            from subsidies.services import decision_approve

            decision = decision_approve(actor=approver, application_id=application.pk)
        assert decision.amount_yen == 499_000
        assert decision.conditions["scheme_version"] == 1

    def test_a_draft_follows_and_keeps_what_was_typed(self, editor, approver, call_):
        owner = make.firm_actor(make.make_firm())
        draft = make.make_draft(owner, call_)
        version = publish(editor, approver, call_, rate="1/2")
        with acting(owner):
            from subsidies.services import draft_save_answers

            saved = draft_save_answers(actor=owner, application_id=draft.pk, answers={})
        assert saved.version == version
        assert saved.answers["title"] == draft.answers["title"]

    def test_closed_calls_keep_their_version(self, editor, approver, call_):
        Call.objects.filter(pk=call_.pk).update(
            opens_at=call_.opens_at - dt.timedelta(days=90),
            closes_at=call_.opens_at - dt.timedelta(days=60),
        )
        publish(editor, approver, call_, cap_yen=600_000)
        call_.refresh_from_db()
        assert call_.version.number == 1


BONUS = [{"code": "dojo", "name": "DX道場の修了", "fact": "dojo_graduate", "points": 5}]
SCORING = {"criteria": [{"code": "a", "name": "効果", "max": 5, "weight": 4}]}


class TestBonusInAQueue:
    def test_points_do_not_go_with_first_come(self, editor, approver, call_):
        with pytest.raises(Refused) as caught:
            publish(editor, approver, call_, bonus=BONUS, scoring=SCORING)
        text = str(caught.value)
        assert "審査する公募" in text
        assert "修了者の枠" in text
        assert "同じ順位" in text
        assert SchemeVersion.objects.filter(scheme=call_.version.scheme).count() == 1

    @pytest.mark.parametrize("way", ["round", "quota", "tie_break"])
    def test_each_of_the_three_alternatives_does(self, editor, approver, call_, way):
        values = {"bonus": BONUS, "scoring": SCORING}
        if way == "round":
            Call.objects.filter(pk=call_.pk).update(mode=Call.Mode.ROUND)
        elif way == "quota":
            Call.objects.filter(pk=call_.pk).update(reserved_yen=1_000_000)
        else:
            values["bonus_use"] = "tie_break"
        assert publish(editor, approver, call_, **values).number == 2


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


class TestCalls:
    def plan(self, call, **changes):
        given = {
            "fiscal_year": call.fiscal_year,
            "round": 2,
            "mode": Call.Mode.FIRST_COME,
            "opens_at": call.closes_at,
            "closes_at": call.closes_at + dt.timedelta(days=30),
            "project_ends_on": call.project_ends_on,
            "contact": "産業振興課",
        }
        return services.CallPlan(**{**given, **changes})

    @pytest.fixture
    def admin(self):
        return make.official_actor(make.SUMIDA, Role.WARD_ADMIN)

    def create(self, admin, call, budget_yen=1_000_000, reserved_yen=0, scheme_id=None, **changes):
        return act(
            admin,
            services.call_create,
            scheme_id=scheme_id or call.version.scheme_id,
            plan=self.plan(call, **changes),
            budget_yen=budget_yen,
            reserved_yen=reserved_yen,
        )

    def test_the_administrator_makes_a_call_that_everybody_sees(self, admin, call_):
        made = self.create(admin, call_, reserved_yen=300_000)
        assert made.left_yen == 1_000_000
        assert AuditRow.objects.filter(action="office.call_created").exists()

    def test_what_cannot_be(self, admin, editor, call_):
        with pytest.raises(RoleMissing):
            self.create(editor, call_)
        with pytest.raises(Refused, match="すでにあります"):
            self.create(admin, call_, round=1)
        with pytest.raises(Refused, match="受付開始より後"):
            self.create(admin, call_, closes_at=call_.closes_at)
        with pytest.raises(Refused, match="枠"):
            self.create(admin, call_, reserved_yen=2_000_000)
        with pytest.raises(Refused, match="先着順の公募のため"):
            self.create(admin, call_, mode=Call.Mode.ROUND, reserved_yen=1)
        with pytest.raises(Refused, match="の間"):
            self.create(admin, call_, project_ends_on=dt.date(2031, 4, 1))

    def test_an_open_call_keeps_its_mode(self, admin, call_):
        plan = self.plan(
            call_, round=1, opens_at=call_.opens_at, closes_at=call_.closes_at, mode="round"
        )
        with pytest.raises(Refused, match="受付が始まった"):
            act(admin, services.call_edit, call_id=call_.pk, plan=plan, reason="訂正")

    def test_a_budget_changes_with_its_reason_and_never_below_what_is_granted(self, admin):
        grant = make.make_grant()
        given = {"call_id": grant.call_id, "reserved_yen": 0}
        with pytest.raises(ReasonMissing):
            act(admin, services.call_change_budget, budget_yen=1, reason="", **given)
        with pytest.raises(Refused, match="すでに499,000円"):
            act(admin, services.call_change_budget, budget_yen=498_999, reason="減額", **given)
        call = act(admin, services.call_change_budget, budget_yen=499_000, reason="減額", **given)
        assert call.left_yen == 0
        row = AuditRow.objects.get(action="subsidies.budget_changed")
        assert row.changes["budget_yen"] == [5_000_000, 499_000]

    def test_the_columns_and_what_is_applied_for(self, admin):
        grant = make.make_grant()
        waiting = make.make_submitted(call=grant.call)
        with acting(admin):
            (row,) = selectors.budget_rows(admin, grant.call.fiscal_year)
        assert (row.decided_yen, row.applied_yen) == (grant.decided_yen, waiting.requested_yen)
        assert row.free_yen + row.applied_yen + row.committed_yen == row.budget_yen
        assert selectors.mismatches() == []

    def test_the_check_finds_what_does_not_add_up(self):
        grant = make.make_grant()
        Call.objects.filter(pk=grant.call_id).update(decided_yen=grant.decided_yen - 1, final_yen=1)
        assert {item.what for item in selectors.mismatches()} == {"decided", "final"}
