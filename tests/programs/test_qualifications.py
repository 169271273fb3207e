"""Facts of firms: who records, revokes and sees them; what the demonstration holds."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from programs import policies
from programs.demo import load_demo_firms
from programs.demo_facts import load_demo_facts
from programs.models import FirmWard, Qualification
from programs.services.errors import Refused
from programs.services.qualifications import qualification_grant, qualification_revoke
from tests.factories.programs import OTA, SINCE, SUMIDA, FirmFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 9, 12)


def grant(actor, firm, **changes):
    values = {
        "kind": "dojo_graduate",
        "granted_on": DAY,
        "source": "修了証",
        "cohort": "DX道場 第3期",
        "number": "D2026-0001",
        "expires_on": dt.date(2029, 9, 11),
    } | changes
    with acting(actor):
        return qualification_grant(actor=actor, firm_id=firm.pk, **values)


def test_a_fact_is_recorded_and_revoked_with_a_reason_and_both_are_audited(official):
    actor, firm = official(), FirmFactory()
    fact = grant(actor, firm)
    with acting(actor), pytest.raises(Refused, match="理由"):
        qualification_revoke(actor=actor, qualification_id=fact.pk, reason=" ")
    with acting(actor):
        qualification_revoke(actor=actor, qualification_id=fact.pk, reason="出席の誤り")
    fact.refresh_from_db()
    assert (fact.revoked_on, fact.revoked_reason) == (clock.today(), "出席の誤り")
    rows = AuditRow.objects.filter(action__startswith="qualification.").order_by("id")
    assert [(row.action, row.reason) for row in rows] == [
        ("qualification.granted", ""),
        ("qualification.revoked", "出席の誤り"),
    ]
    with acting(actor), pytest.raises(Refused, match="すでに"):
        qualification_revoke(actor=actor, qualification_id=fact.pk, reason="もう一度")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "nobel"}, "種類"),
        ({"source": "  "}, "根拠"),
        ({"granted_on": dt.date(2999, 1, 1), "expires_on": None}, "今日まで"),
        ({"expires_on": dt.date(2026, 9, 11)}, "有効期限"),
    ],
)
def test_a_bad_fact_is_refused_in_words(official, changes, why):
    with pytest.raises(Refused, match=why):
        grant(official(), FirmFactory(), **changes)
    assert not Qualification.objects.exists()


def test_a_number_is_given_once(official):
    actor = official()
    grant(actor, FirmFactory())
    with pytest.raises(Refused, match="番号"):
        grant(actor, FirmFactory())


def test_another_ward_reads_what_it_may_and_revokes_nothing(official):
    firm = FirmFactory()
    fact = grant(official(), firm)
    other = official(ward_id=OTA)
    with acting(other):
        assert not policies.visible_qualifications(other).exists()
        assert not Qualification.objects.exists()
    FirmWard.objects.create(firm=firm, ward_id=OTA, basis="application", since=SINCE)
    with acting(other):
        assert policies.visible_qualifications(other).get() == fact
        with pytest.raises(Refused, match="ほかの区"):
            qualification_revoke(actor=other, qualification_id=fact.pk, reason="違う")
        with pytest.raises(DatabaseError), transaction.atomic():
            Qualification.objects.update(revoked_on=DAY, revoked_reason="違う")


def test_a_firm_sees_its_own_and_writes_none(official):
    fact = grant(official(), FirmFactory())
    grant(official(ward_id=OTA), FirmFactory(ward=OTA))
    firm = Actor(1, "社員", Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=fact.firm_id)
    with acting(firm):
        assert list(Qualification.objects.all()) == [fact]
        with pytest.raises(DatabaseError), transaction.atomic():
            Qualification.objects.update(revoked_on=None)
    with pytest.raises(PermissionDenied):
        grant(firm, fact.firm)


def test_what_a_fact_says_is_never_changed_by_officials(official):
    actor = official()
    grant(actor, FirmFactory())
    with acting(actor), pytest.raises(DatabaseError), transaction.atomic():
        Qualification.objects.update(expires_on=None)


def test_the_demonstration_has_graduates_of_three_years_expired_and_revoked():
    today = dt.date(2026, 11, 21)
    actor = Actor.system("test")
    firms = load_demo_firms(count=120)
    assert load_demo_facts(firms, actor=actor, today=today) == 100
    assert load_demo_facts(firms, actor=actor, today=today) == 0
    graduates = Qualification.objects.filter(kind__in=["dojo_graduate", "leader_course"])
    assert graduates.count() == 60
    assert graduates.filter(expires_on__lt=today).exists()
    assert graduates.filter(revoked_on__isnull=False).count() == 1
    assert len(set(graduates.values_list("cohort", flat=True))) == 3
    first = firms[0].qualifications.get(kind="dojo_graduate")
    assert str(first.granted_on) == "2026-09-12"
    assert SUMIDA in set(Qualification.objects.values_list("ward_id", flat=True))
