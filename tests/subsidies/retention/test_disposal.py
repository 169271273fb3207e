"""Who may dispose of what: holds, running years, four eyes, the frozen rows, money that is owed."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from portal.accounts.roles import Role
from portal.kernel import clock, transitions
from portal.kernel.database import acting
from subsidies.grants.models import Recovery
from subsidies.models import Application, Grant
from subsidies.retention import selectors, services, states
from subsidies.retention.models import Disposal, DisposalItem, KeptCase
from tests.factories import retention as kept
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db


def put_by(kind="audit", **case):
    official = make.official_actor()
    with acting(official):
        return services.hold_put(actor=official, kind=kind, reason="定期監査の対象。", **case)


def test_what_is_held_is_left_out_with_its_reason_and_goes_when_it_is_released():
    one, other = kept.make_ended(), kept.make_ended()
    hold = put_by(receipt_no=one.application.receipt_no)
    disposal = kept.propose()
    with acting(make.SYSTEM):
        items = {item.kept_id: item for item in disposal.items.all()}
    assert items[other.pk].outcome == "waiting"
    assert items[one.pk].outcome == "excluded"
    assert "監査：定期監査の対象。" in items[one.pk].reason
    # A hold that comes after the approval counts as well.
    kept.approve(disposal)
    put_by("disclosure", receipt_no=other.application.receipt_no)
    assert kept.carry_out(disposal).status == states.DONE
    with acting(make.SYSTEM):
        item = disposal.items.get(kept=other)
        assert item.outcome == "failed"
        assert "情報公開請求" in item.reason
        other.refresh_from_db()
        assert other.disposed_at is None
    official = make.official_actor()
    with acting(official):
        services.hold_lift(actor=official, hold_id=hold.pk, reason="監査が終わった。")
    kept.carry_out(kept.approve(kept.propose()))
    with acting(make.SYSTEM):
        one.refresh_from_db()
        assert one.disposed_at is not None
        assert Application.objects.get(pk=one.application_id).firm_name == "（廃棄済み）"


def test_years_that_run_are_not_proposed():
    kept.make_ended(ends_on=clock.today())
    official = make.official_actor()
    with (
        acting(official),
        pytest.raises(transitions.TransitionRefused, match="廃棄できる案件がありません"),
    ):
        services.disposal_propose(actor=official, reason="満了", today=clock.today())


def test_four_eyes_and_reasons():
    kept.make_ended()
    both = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
    disposal = kept.propose(both)
    with acting(both):
        with pytest.raises(transitions.GuardFailed, match="起案した人は決裁できません"):
            services.disposal_approve(actor=both, disposal_id=disposal.pk)
        with pytest.raises(transitions.ReasonMissing):
            services.disposal_propose(actor=both, reason=" ", today=clock.today())
        with pytest.raises(transitions.TransitionRefused, match="ほかの廃棄の案"):
            services.disposal_propose(actor=both, reason="満了", today=clock.today())
    with acting(make.official_actor()) as _, pytest.raises(transitions.RoleMissing):
        services.disposal_approve(actor=make.official_actor(), disposal_id=disposal.pk)
    # The database says the same, whoever writes.
    with acting(both), transaction.atomic(), pytest.raises(DatabaseError), transaction.atomic():
        Disposal.objects.filter(pk=disposal.pk).update(
            status="approved", approved_by=both.user_id, approved_at=clock.now()
        )
    with acting(both):
        services.disposal_return(actor=both, disposal_id=disposal.pk, reason="取り下げる。")
    assert kept.carry_out(disposal).status == states.RETURNED


def test_another_ward_sees_and_does_nothing():
    row = kept.make_ended()
    disposal = kept.propose()
    stranger = make.official_actor(13111, Role.REVIEWER, Role.APPROVER)
    with acting(stranger):
        assert list(KeptCase.objects.all()) == []
        assert list(DisposalItem.objects.all()) == []
        with pytest.raises(Disposal.DoesNotExist):
            services.disposal_approve(actor=stranger, disposal_id=disposal.pk)
        with pytest.raises(Application.DoesNotExist):
            services.hold_put(
                actor=stranger,
                receipt_no=row.application.receipt_no,
                kind="audit",
                reason="よその区",
            )


def refused(actor, sql, *values):
    with (
        acting(actor),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)


def test_nothing_is_added_to_a_disposal_that_was_read():
    row, official, other = kept.make_ended(), make.official_actor(), make.official_actor()

    def add(actor, disposal, **more):
        with acting(actor), pytest.raises(DatabaseError), transaction.atomic():
            DisposalItem.objects.create(disposal=disposal, kept=row, position=2, **more)

    fresh = kept.propose(official)
    add(other, fresh)
    add(official, fresh, outcome="done")
    with acting(official):
        services.disposal_return(actor=official, disposal_id=fresh.pk, reason="取り下げる。")
        # One that another transaction proposed, as every later request sees it.
        earlier = Disposal.objects.create(
            ward_id=make.SUMIDA,
            ended_by=clock.today(),
            reason="満了",
            prepared_by_id=official.user_id,
            prepared_at=clock.now() - dt.timedelta(minutes=1),
        )
    add(official, earlier)
    assert not earlier.items.exists()


def test_the_frozen_rows_open_for_an_approved_disposal_alone():
    row = kept.make_ended()
    disposal = kept.propose()
    with acting(make.SYSTEM):
        item = disposal.items.get()
    erase = "SELECT retention_erase(%s, ''::bytea, ''::bytea)"
    refused(make.SYSTEM, erase, item.pk)  # nobody has approved
    kept.approve(disposal)
    refused(make.official_actor(), erase, item.pk)  # the worker's alone
    hold = put_by(receipt_no=row.application.receipt_no)
    refused(make.SYSTEM, erase, item.pk)  # held
    official = make.official_actor()
    with acting(official):
        services.hold_lift(actor=official, hold_id=hold.pk, reason="終わった。")
    with acting(make.SYSTEM):
        KeptCase.objects.filter(pk=row.pk).update(ends_on=clock.today())
    refused(make.SYSTEM, erase, item.pk)  # its years run
    for sql in (
        "UPDATE subsidies_applicationversion SET payload = '{}' WHERE application_id = %s",
        "UPDATE subsidies_decision SET reason = '' WHERE application_id = %s",
        "DELETE FROM subsidies_applicationversion WHERE application_id = %s",
        "UPDATE retention_keptcase SET disposed_at = now() WHERE application_id = %s",
    ):
        refused(make.SYSTEM, sql, row.application_id)
    with acting(make.SYSTEM):
        KeptCase.objects.filter(pk=row.pk).update(ends_on=kept.last_march())
    kept.carry_out(disposal)
    refused(make.SYSTEM, erase, item.pk)  # once only
    refused(
        make.SYSTEM,
        "UPDATE subsidies_applicationversion SET payload = '{}' WHERE application_id = %s",
        row.application_id,
    )


def test_money_that_is_owed_holds():
    grant = make.make_grant()
    with acting(make.SYSTEM):
        ruling = grant.rulings.create(
            ward_id=grant.ward_id,
            firm_id=grant.firm_id,
            kind="revocation",
            outcome="approve",
            reason="違反",
            prepared_by_id=make.official_actor().user_id,
        )
        recovery = Recovery.objects.create(
            grant=grant,
            ward_id=grant.ward_id,
            firm_id=grant.firm_id,
            call_id=grant.call_id,
            ruling=ruling,
            principal_yen=100,
            surcharged=False,
            due_on=clock.today(),
        )
        held = selectors.held_by([grant.application_id], clock.today())[grant.application_id]
        assert "返還の済んでいないものが1件あります。" in held.reasons
        Grant.objects.filter(pk=grant.pk).update(status="revoked")
        services.kept_enter(actor=make.SYSTEM)
        assert not KeptCase.objects.filter(application=grant.application).exists()
        Recovery.objects.filter(pk=recovery.pk).update(status="returned")
        services.kept_enter(actor=make.SYSTEM)
        row = KeptCase.objects.get(application=grant.application)
        assert row.ending == "revoked"
        assert services.kept_enter(actor=make.SYSTEM) == 0
