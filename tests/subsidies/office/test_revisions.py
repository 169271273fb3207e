"""Changing a scheme: edit, propose, publish by another; what running applications keep."""

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
from subsidies.models import Application, Call, SchemeVersion
from subsidies.office import policies, services, states
from subsidies.office.about import About
from subsidies.office.models import Revision
from subsidies.services.errors import Refused
from tests.factories import subsidies as make
from tests.factories.programs import OTA
from tests.subsidies.office.acts import act, begun, create_call, publish, save

pytestmark = pytest.mark.django_db


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

    def test_a_deputy_publishes_nothing_that_the_absent_approver_edited(self, editor, call_):
        absent = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
        deputy = replace(
            make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER),
            lent=frozenset({Role.APPROVER}),
            on_behalf_of=((absent.user_id, absent.name),),
        )
        revision = save(editor, begun(editor, call_), cap_yen=600_000)
        revision = save(absent, revision, floor_yen=10_000)
        act(editor, services.revision_propose, revision_id=revision.pk, note="要旨")
        with pytest.raises(GuardFailed, match="作った人は公開できません"):
            act(deputy, services.revision_publish, revision_id=revision.pk, seen=revision.counter)

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
            create_call(admin, call_, scheme_id=fresh)

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
