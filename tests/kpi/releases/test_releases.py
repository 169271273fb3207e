"""Releases: made, approved by another person, public after the embargo, never changed, revised."""

import datetime as dt
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from kpi import services as figures
from kpi.releases import policies, states
from kpi.releases.models import Figures, PublicFigures, Release
from kpi.releases.selectors import changes as differences
from kpi.releases.selectors.doubts import doubts
from kpi.releases.selectors.facts import facts_moved
from kpi.releases.selectors.figures import columns_of
from kpi.releases.selectors.releases import dues, holding
from kpi.releases.services import (
    Refused,
    Wanted,
    making,
    release_approve,
    release_drop,
    release_make,
    release_withdraw,
    verification,
)
from kpi.releases.subjects import definitions
from kpi.services import counting
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, ReasonMissing, RoleMissing, StaleState
from tests.factories.programs import FirmFactory
from tests.support.people import make_person
from tests.support.releases import MARCH, actor_of, fact, final, policy, revised

pytestmark = pytest.mark.django_db

SUMIDA, OTA = 13107, 13111
APRIL = dt.date(2025, 4, 1)


@pytest.fixture
def firm():
    return FirmFactory()


def test_a_release_holds_everything_known_and_says_what_it_is(firm):
    fact(firm, 1)
    row = final(policy(), public=False)
    assert (row.code, row.kind, row.fiscal_year, row.status) == ("fy2025", "final", 2025, "made")
    [column] = [
        found for found in columns_of(row) if found.indicator == "2-OP1" and found.period == APRIL
    ]
    assert column.numerators[SUMIDA - 13101] == 1
    assert verification(row).is_whole
    assert row.definitions["1-OC"] >= 1
    written = AuditRow.objects.get(action="releases.made")
    assert written.detail["digest"] == row.digest


def test_who_makes_and_who_approves_are_two_people(firm):
    one, other = policy(), policy("second@example.jp")
    row = final(one, public=False)
    hour = clock.database_now() + dt.timedelta(hours=1)
    with pytest.raises(GuardFailed):
        release_approve(actor=one, release_id=row.pk, public_from=hour)
    release_approve(actor=other, release_id=row.pk, public_from=hour)
    with pytest.raises(StaleState):
        release_approve(actor=other, release_id=row.pk, public_from=hour)
    row.refresh_from_db()
    assert (row.status, row.approved_by_id) == (states.APPROVED, other.user_id)
    assert AuditRow.objects.filter(action="releases.release.approve").count() == 1


@pytest.mark.parametrize(("hat", "role"), [(Hat.WARD, "ward_admin"), (Hat.AUDITOR, "auditor")])
def test_nobody_but_policy_staff_makes_or_approves(hat, role):
    other = actor_of(make_person("o@example.jp"), hat, role, ward_id=SUMIDA)
    with pytest.raises(RoleMissing):
        release_make(actor=other, wanted=Wanted("final", MARCH))
    row = final(policy(), public=False)
    with pytest.raises(RoleMissing):
        release_approve(actor=other, release_id=row.pk, public_from=clock.now())


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted("final", dt.date(2025, 12, 31)), "年度末"),
        (Wanted("preliminary", dt.date(2026, 10, 30)), "月末"),
        (Wanted("preliminary", dt.date(2199, 1, 31)), "まだ終わっていません"),
        (Wanted("revised", MARCH, reason="late"), "公表された"),
        (Wanted("other", MARCH), "種類"),
        (Wanted("final", MARCH, note="長" * 2_001), "2,000文字"),
    ],
)
def test_what_cannot_be_made_is_refused_in_words(wanted, says):
    with pytest.raises(Refused, match=says):
        release_make(actor=policy(), wanted=wanted)


def test_the_same_is_made_once_until_it_is_dropped():
    one = policy()
    row = final(one, public=False)
    with pytest.raises(Refused, match="もう作られています"):
        final(one, public=False)
    with pytest.raises(ReasonMissing):
        release_drop(actor=one, release_id=row.pk, reason=" ")
    release_drop(actor=one, release_id=row.pk, reason="月を間違えた")
    assert final(one, public=False).code == "fy2025"


def ask_as(role, statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(statement)


def test_the_database_refuses_every_change_of_what_was_made(firm):
    fact(firm, 1)
    row = final(policy())
    statements = [
        "UPDATE releases_release SET digest = repeat('0', 64)",
        "UPDATE releases_release SET watermark = now()",
        "UPDATE releases_release SET status = 'dropped'",
        "UPDATE releases_release SET public_from = public_from + interval '1 day'",
        "DELETE FROM releases_release",
        "UPDATE releases_figures SET ns = ns",
        "DELETE FROM releases_figures",
        "UPDATE releases_publicfigures SET hidden = hidden",
        "DELETE FROM releases_publicfigures",
        f"INSERT INTO releases_figures VALUES ('x', '2025-04-01', '{{1}}', NULL, '{{1}}', {row.pk})",
    ]
    for role in ("app_system", "app_policy"):
        for statement in statements:
            with pytest.raises((IntegrityError, ProgrammingError)):
                ask_as(role, statement)
    assert verification(Release.objects.get(pk=row.pk)).is_whole
    values = {"digest": "0" * 64}
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=row.pk).update(**values)


def visitor(question):
    with acting(Actor.public()):
        return question()


def test_until_the_embargo_ends_the_database_shows_the_public_nothing(firm):
    fact(firm, 1)
    row = final(policy(), hours=2)
    for model in (Release, PublicFigures):
        assert visitor(model.objects.count) == 0
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        visitor(Figures.objects.count)
    assert list(policies.published()) == []
    with pytest.raises(IntegrityError, match="not made again"):
        ask_as("app_system", "UPDATE releases_release SET status = 'made'")
    release_withdraw(actor=policy("w@example.jp"), release_id=row.pk, reason="記者発表を延期")
    row = final(policy("x@example.jp"))
    assert visitor(Release.objects.count) == 1
    assert visitor(PublicFigures.objects.filter(release=row).count) > 0
    with pytest.raises(GuardFailed, match="もう公表されている"):
        release_withdraw(actor=policy("y@example.jp"), release_id=row.pk, reason="遅すぎる")


def test_an_hour_that_is_past_or_far_away_is_refused():
    row = final(policy(), public=False)
    now = clock.database_now()
    for hour in (now - dt.timedelta(minutes=1), now + dt.timedelta(days=91)):
        with pytest.raises(Refused):
            release_approve(actor=policy("b@example.jp"), release_id=row.pk, public_from=hour)


def test_a_fact_that_slips_in_beneath_the_watermark_stops_the_approval(firm):
    row = final(policy(), public=False)
    fact(firm, 1, recorded_at=row.watermark - dt.timedelta(seconds=1))
    with pytest.raises(Refused, match="1か所"):
        release_approve(
            actor=policy("b@example.jp"),
            release_id=row.pk,
            public_from=clock.database_now() + dt.timedelta(hours=1),
        )


@pytest.mark.parametrize(
    ("name", "is_told"), [("subsidies.application_decided", True), ("selection.proposed", False)]
)
def test_events_that_are_to_become_facts_are_told_and_mails_are_not(name, is_told):
    with acting(Actor.system("test")):
        outbox.publish(name=name, subject=1, ward_id=13107, payload={})
    actor = policy()
    row = final(actor, public=False)
    told = [doubt.text for doubt in doubts(actor, row, None)]
    assert any("まだ数えていない出来事が1件" in text for text in told) == is_told


def test_a_cancelled_grant_after_the_final_figures_leads_to_a_revised_release(firm):
    grants = [fact(firm, key) for key in range(5)]
    one = policy()
    row = final(one)
    before = row.digest
    figures.fact_reverse(fact_id=grants[0].pk, source_rev="revoked")
    late = fact(firm, 9, ward=OTA)

    found, span = differences.since(one, row)
    told = {(change.indicator, change.ward_id): change.difference for change in found.changes}
    assert told == {("2-OP1", SUMIDA): -1, ("2-OP1", OTA): 1}
    assert differences.suggested_reason(found) == "cancelled"
    [sumida] = [change for change in found.changes if change.ward_id == SUMIDA]
    assert found.facts(sumida).reversed == 1
    assert [item.reverses_id for item in facts_moved(span, "2-OP1", APRIL, SUMIDA)] == [
        grants[0].pk
    ]
    assert list(facts_moved(span, "2-OP1", APRIL, OTA)) == [late]

    with pytest.raises(Refused, match="理由"):
        release_make(actor=one, wanted=Wanted("revised", MARCH, revises_id=row.pk))
    new = revised(row, one)
    assert (new.code, new.revises_id) == ("fy2025-r1", row.pk)
    again = differences.difference(one, row, new)
    assert again.changes == found.changes
    row.refresh_from_db()
    assert row.digest == before
    assert verification(row).is_whole
    assert holding([row, new]) == [new]
    with pytest.raises(Refused, match="もう改訂があります"):
        release_make(actor=one, wanted=Wanted("revised", MARCH, revises_id=row.pk, reason="late"))
    assert differences.since(one, new)[0].changes == []


def test_the_facts_behind_a_figure_are_the_own_wards_and_as_many_as_the_page_says(firm):
    row = final(policy())
    for key, ward in enumerate((SUMIDA, SUMIDA, OTA)):
        fact(firm, key, ward=ward)
    found, span = differences.since(policy("c@example.jp"), row)
    [sumida] = [change for change in found.changes if change.ward_id == SUMIDA]
    assert found.facts(sumida).all == 2
    of_sumida = actor_of(make_person("s@example.jp"), Hat.WARD, "reviewer", ward_id=SUMIDA)
    of_ota = actor_of(make_person("t@example.jp"), Hat.WARD, "reviewer", ward_id=OTA)
    with acting(of_sumida):
        assert facts_moved(span, "2-OP1", APRIL, SUMIDA).count() == 2
    with acting(of_ota):
        assert facts_moved(span, "2-OP1", APRIL, SUMIDA).count() == 0


def test_a_changed_definition_is_a_break():
    assert differences.breaks({"1-OC": 1, "2-KSI": 1}, {"1-OC": 2, "2-KSI": 1, "3-KGI": 1}) == [
        ("1-OC", 1, 2)
    ]


def test_a_definition_that_changes_in_mid_year_counts_earlier_years_anew_and_marks_the_break(
    firm, monkeypatch, client
):
    """Until October grants of any stage were 2-OP1; since then those of stage 1 alone (R8: two years at least)."""
    decided = [
        ("2023-06-01", 1),
        ("2023-06-01", 2),
        ("2024-06-01", 2),
        ("2025-06-01", 1),
        ("2025-11-01", 1),
        ("2025-11-01", 2),
    ]
    for key, (day, stage) in enumerate(decided):
        fact(firm, key, day=dt.date.fromisoformat(day), stage=stage)
    one = policy()
    with monkeypatch.context() as before:
        before.setattr(
            counting,
            "SIMPLE",
            [
                replace(each, stage=None) if each.code == "2-OP1" else each
                for each in counting.SIMPLE
            ],
        )
        before.setattr(making, "definitions", lambda: definitions() | {"2-OP1": 1})
        row = final(one)
    found, _span = differences.since(one, row)
    told = {change.period.year: change.difference for change in found.changes}
    assert told == {2023: -1, 2024: -1, 2025: -1}
    assert found.breaks == [("2-OP1", 1, definitions()["2-OP1"])]
    reason = differences.suggested_reason(found)
    assert reason == Release.Reason.DEFINITION
    new = revised(row, one, reason=reason)
    sums = [
        {
            column.period.year: sum(column.numerators)
            for column in columns_of(each, indicators=["2-OP1"])
        }
        for each in (row, new)
    ]
    assert sums == [{2023: 2, 2024: 1, 2025: 3}, {2023: 1, 2024: 0, 2025: 2}]
    assert verification(row).is_whole
    page = client.get(reverse("releases:release", args=[new.code])).content.decode()
    assert "ステージ1補助金 交付件数は、この公表から定義が変わりました" in page


def test_what_is_due_next_is_known_with_its_day():
    today = dt.date(2026, 11, 30)
    found = {(due.kind, due.as_of): due for due in dues(today)}
    october = found["preliminary", dt.date(2026, 10, 31)]
    assert (october.due_on, october.is_late) == (dt.date(2026, 11, 16), True)
    assert not found["preliminary", dt.date(2026, 11, 30)].can_be_made
    assert found["final", MARCH].is_late
    final(policy(), public=False)
    assert ("final", MARCH) not in {(due.kind, due.as_of) for due in dues(today)}


def test_a_command_counts_every_digest_anew():
    final(policy())
    told = StringIO()
    call_command("releases_verify", stdout=told)
    assert "ok    fy2025" in told.getvalue()
    with pytest.raises(CommandError, match="no such release: fy1999"):
        call_command("releases_verify", "fy1999", stdout=told)
