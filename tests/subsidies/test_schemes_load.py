"""Loading the wards' schemes, and the facts about firms that prefill the eligibility check."""

import datetime as dt

import pytest

from portal.accounts.roles import Role
from portal.kernel.clock import TOKYO
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from subsidies import selectors, services
from subsidies.contents import rules_of
from subsidies.facts import firm_facts
from subsidies.models import Call, Scheme, SchemeVersion
from subsidies.office import services as office
from subsidies.schemes import definitions
from subsidies.services import schemes as loader
from tests.factories import subsidies as make
from tests.factories.programs import OTA, SUMIDA, SiteFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=TOKYO)
KITA, SHINAGAWA, EDOGAWA = 13117, 13109, 13123


@pytest.fixture
def loaded():
    return services.schemes_load(actor=make.SYSTEM, now=NOW)


def test_all_wards_get_their_schemes_and_calls(loaded):
    assert (loaded.schemes, loaded.versions) == (69, 69)
    assert loaded.calls == Call.objects.count() > 200
    assert set(Scheme.objects.values_list("ward_id", flat=True)) == set(range(13101, 13124))
    assert AuditRow.objects.filter(action="subsidies.schemes_loaded").count() == 1


def test_loading_again_changes_nothing(loaded):
    again = services.schemes_load(actor=make.SYSTEM, now=NOW)
    assert (again.schemes, again.versions, again.calls) == (0, 0, 0)
    assert AuditRow.objects.filter(action="subsidies.schemes_loaded").count() == 1


def test_changed_rules_make_a_version_that_running_calls_follow(loaded, monkeypatch):
    def changed(wards):
        found = definitions.scheme_definitions(wards)
        for item in found:
            if (item.ward, item.code) == (SUMIDA, "DGT"):
                item.rules["cap_yen"] = 600_000
        return found

    monkeypatch.setattr(loader, "scheme_definitions", changed)
    again = services.schemes_load(actor=make.SYSTEM, now=NOW)
    assert (again.versions, again.calls) == (1, 0)
    calls = Call.objects.filter(ward_id=SUMIDA, version__scheme__code="DGT")
    numbers = {call.fiscal_year: call.version.number for call in calls.select_related("version")}
    assert numbers == {2024: 1, 2025: 1, 2026: 2}
    assert SchemeVersion.objects.get(scheme__ward_id=SUMIDA, number=2).rules["cap_yen"] == 600_000


def test_what_a_ward_has_changed_in_a_call_stays(loaded):
    Call.objects.filter(ward_id=OTA).update(budget_yen=123_456_789)
    services.schemes_load(actor=make.SYSTEM, now=NOW)
    assert set(Call.objects.filter(ward_id=OTA).values_list("budget_yen", flat=True)) == {
        123_456_789
    }


def test_rules_a_ward_has_published_itself_stay_whatever_the_data_says(loaded, monkeypatch):
    editor, approver = make.official_actor(), make.official_actor(SUMIDA, Role.APPROVER)
    scheme = Scheme.objects.get(ward_id=SUMIDA, code="DGT")
    with acting(editor):
        revision = office.revision_begin(actor=editor, scheme_id=scheme.pk)
        revision = office.revision_save(
            actor=editor, revision_id=revision.pk, values={"cap_yen": 700_000}, counter=None
        )
        office.revision_propose(actor=editor, revision_id=revision.pk, note="上限を上げる。")
    with acting(approver):
        office.revision_publish(actor=approver, revision_id=revision.pk, seen=revision.counter)
    Scheme.objects.filter(pk=scheme.pk).update(name="区が付けた名前")
    calls = Call.objects.filter(version__scheme=scheme)
    before = dict(calls.values_list("pk", "version"))

    def changed(wards):
        found = definitions.scheme_definitions(wards)
        for item in found:
            if item.code == "DGT" and item.ward in {SUMIDA, KITA}:
                item.rules["cap_yen"] = 650_000
        return found

    monkeypatch.setattr(loader, "scheme_definitions", changed)
    again = services.schemes_load(actor=make.SYSTEM, now=NOW)
    assert (again.versions, again.kept) == (1, 1)
    scheme.refresh_from_db()
    assert scheme.name == "区が付けた名前"
    newest = scheme.versions.latest("number")
    assert (newest.number, newest.rules["cap_yen"]) == (2, 700_000)
    assert dict(calls.values_list("pk", "version")) == before
    other = SchemeVersion.objects.filter(scheme__ward_id=KITA, scheme__code="DGT").latest("number")
    assert (other.number, other.rules["cap_yen"]) == (2, 650_000)


def test_some_calls_are_open_some_closed_some_to_come(loaded):
    opened = {call.pk for call in selectors.open_calls(NOW)}
    coming = {call.pk for call in selectors.open_calls(NOW, coming=True)} - opened
    closed = Call.objects.filter(fiscal_year=2026, closes_at__lte=NOW)
    assert len(opened) >= 46
    assert len(coming) >= 20
    assert closed.exists()
    assert set(Call.objects.values_list("fiscal_year", flat=True)) == {2024, 2025, 2026}
    for ward in (SUMIDA, OTA, KITA, SHINAGAWA, EDOGAWA):
        assert {call.version.scheme.stage for call in selectors.open_calls(NOW, ward)} >= {1, 2}


def test_the_variants_differ_as_the_wards_do(loaded):
    calls = {
        call.ward_id: rules_of(call.version)
        for call in selectors.open_calls(NOW)
        if call.version.scheme.code == "DGT"
    }
    assert calls[SHINAGAWA].tax_mode == "included"
    assert "仕入控除税額" in calls[SHINAGAWA].conditions[-1]
    assert calls[SUMIDA].floor_yen == calls[KITA].floor_yen == 50_000
    assert (
        Call.objects.filter(
            ward_id=EDOGAWA, fiscal_year=2026, version__scheme__code="DGT", mode="round"
        ).count()
        == 3
    )
    modes = Call.objects.filter(ward_id=SHINAGAWA, version__scheme__code="DGT")
    assert set(modes.values_list("mode", flat=True)) == {"first_come"}


@pytest.mark.parametrize(
    ("day", "years"),
    [
        (dt.date(2026, 3, 31), 10),
        (dt.date(2026, 4, 1), 11),
        (dt.date(2015, 3, 1), 0),
    ],
)
def test_facts_of_a_firm(day, years):
    firm = make.make_firm(capital_yen=None)
    SiteFactory(firm=firm, ward_id=OTA, since=dt.date(2001, 1, 1))
    SiteFactory(firm=firm, ward_id=SUMIDA, since=dt.date(1999, 1, 1), closed_on=dt.date(2010, 1, 1))
    facts = firm_facts(firm, ward_id=SUMIDA, today=day)
    assert facts["firm.years_in_ward"] == years
    assert facts["firm.has_site_in_ward"] is True
    assert facts["firm.capital_yen"] is None
    assert facts["firm.factory_in_ward"] is True
    assert facts["firm.head_office_in_ward"] is False
    elsewhere = firm_facts(firm, ward_id=KITA, today=day)
    assert (elsewhere["firm.has_site_in_ward"], elsewhere["firm.years_in_ward"]) == (False, None)
