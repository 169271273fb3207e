"""Facts in, cells out: nothing counts twice, a reversal undoes, a rebuild changes nothing."""

import datetime as dt
import random

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from kpi import services
from kpi.models import Cell, Fact
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.models import FailedDelivery, OutboxEvent
from tests.factories.programs import FirmFactory
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db

SUMIDA, OTA = 13107, 13111
OCTOBER = dt.date(2026, 10, 1)


def record(firm, key, *, ward=SUMIDA, day=dt.date(2026, 10, 5), kind="grant.decided", stage=1):
    return services.fact_record(
        event_type=kind,
        event_key=str(key),
        ward_id=ward,
        firm_id=firm.id,
        stage=stage,
        occurred_on=day,
        source=("test", str(key), kind),
    )


def value(indicator, ward=SUMIDA, month=OCTOBER):
    services.work_off()
    return Cell.objects.get(indicator=indicator, ward_id=ward, month=month).value


def test_the_same_source_counts_once():
    firm = FirmFactory()
    assert record(firm, 1) is not None
    assert record(firm, 1) is None
    assert value("2-OP1") == 1


def test_submissions_count_over_all_stages_and_grants_by_stage():
    firm = FirmFactory()
    for key, stage in enumerate((1, 2, 2, 3)):
        record(firm, key, kind="grant.submitted", stage=stage)
        record(firm, key, kind="grant.decided", stage=stage)
    assert value("2-KSI") == 4
    assert [value(f"2-OP{stage}") for stage in (1, 2, 3)] == [1, 2, 1]


def test_a_reversal_takes_the_fact_out_of_its_own_month():
    firm = FirmFactory()
    fact = record(firm, 1)
    record(firm, 2, day=dt.date(2026, 11, 1))
    services.fact_reverse(fact_id=fact.id, source_rev="取消")
    assert value("2-OP1") == 0
    assert value("2-OP1", month=dt.date(2026, 11, 1)) == 1


def test_a_rebuild_equals_the_table_after_random_inserts_and_reversals():
    rng = random.Random(7)
    firm = FirmFactory()
    open_facts = []
    for key in range(120):
        if open_facts and rng.random() < 0.3:
            fact = open_facts.pop(rng.randrange(len(open_facts)))
            services.fact_reverse(fact_id=fact.id, source_rev="誤り")
        else:
            day = dt.date(2026, rng.randint(4, 12), rng.randint(1, 28))
            ward, stage = rng.choice((SUMIDA, OTA)), rng.randint(1, 3)
            open_facts.append(record(firm, key, ward=ward, day=day, stage=stage))
        if key % 10 == 0:
            services.work_off()
    services.work_off()
    assert services.cells_rebuild() == []


def test_a_rebuild_names_and_mends_a_wrong_cell():
    record(FirmFactory(), 1)
    services.work_off()
    Cell.objects.filter(indicator="2-OP1").update(value=9)
    assert services.cells_rebuild() == ["2-OP1 13107 2026-10: 9 → 1"]
    assert value("2-OP1") == 1


def test_facts_cannot_be_changed_or_deleted():
    from django.db import ProgrammingError, transaction

    record(FirmFactory(), 1)
    for attempt in (lambda: Fact.objects.update(quantity=2), lambda: Fact.objects.all().delete()):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            attempt()


def test_a_fact_that_never_came_is_told_by_the_nightly_check_and_on_the_page(client):
    """The figures agree with the facts there are; only the events know that one is missing."""
    data = {
        "person_id": 1,
        "firm_id": None,
        "course": "dojo",
        "on": "2026-06-01",
        "graduation_id": 1,
    }
    late, fresh = (
        outbox.publish(name="dojo.graduated", subject=n, ward_id=SUMIDA, payload=data)
        for n in range(2)
    )
    services.work_off()
    assert services.rebuild().undelivered == []
    OutboxEvent.objects.filter(pk=late).update(created_at=Now() - dt.timedelta(hours=2))
    check = services.rebuild()
    assert (check.wrong, check.undelivered) == (0, ["kpi.graduated 1"])
    # Given up: it is not open any more, and still owed.
    OutboxEvent.objects.filter(pk=fresh).update(closed_at=Now())
    FailedDelivery.objects.create(event_id=fresh, handler="kpi.graduated", given_up_at=clock.now())
    assert services.rebuild().undelivered == ["kpi.graduated 2"]
    sign_in(client, assign(make_person("policy@example.jp"), Role.POLICY))
    page = client.get(reverse("kpi:overview", args=[2026])).content.decode()
    assert "実績にまだ入っていない手続きがあります" in page
    assert "kpi.graduated 2" in page
    for event in (late, fresh):
        outbox.handle(event, "kpi.graduated")
    services.work_off()
    assert services.rebuild().undelivered == []
