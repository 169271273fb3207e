"""A firm's accounting years: told once, corrected by versions, used as far as the firm agrees, seen by its ward."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpi.gaps import gaps
from kpi.models import Quotient
from kpi.series import handlers, selectors
from kpi.series.models import Accounts, Consent, Panel
from kpi.series.services import (
    Held,
    Misfit,
    Refused,
    Stale,
    accounts_save,
    consent_say,
    growth_write,
    panel_refresh,
)
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from subsidies import grant_states
from subsidies.grants import services as grants
from subsidies.models import Grant
from subsidies.obligations import known
from tests.factories import subsidies as make
from tests.factories.programs import FirmFactory
from tests.factories.series import FIGURES, accounts
from tests.subsidies.grants.people import filed
from tests.subsidies.obligations.test_followup import (
    grant,  # noqa: F401 - a fixture
    report,
)
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 30)
ENDS = dt.date(2026, 3, 31)


@pytest.fixture
def owner():
    return make.firm_actor(make.make_firm())


def save(actor, figures=FIGURES, **given):
    with acting(actor):
        return accounts_save(
            actor=actor,
            **{"period_end": ENDS, "months": 12, "figures": figures, "today": TODAY, **given},
        )


def test_a_year_is_told_and_corrected_without_losing_what_was(owner):
    first = save(owner)
    assert (first.number, first.ward_id) == (1, 13107)
    assert save(owner, seen=1).pk == first.pk  # nothing changed
    with pytest.raises(Refused, match="訂正の理由"):
        save(owner, {**FIGURES, "profit": -1}, seen=1)
    with pytest.raises(Stale):
        save(owner, {**FIGURES, "profit": -1}, seen=0, reason="誤り")
    second = save(owner, {**FIGURES, "profit": -1, "hours": None}, seen=1, reason="決算の確定")
    assert (second.number, second.profit, second.hours) == (2, -1, None)
    assert Accounts.objects.get(pk=first.pk).profit == FIGURES["profit"]
    assert AuditRow.objects.get(action="series.accounts_corrected").reason == "決算の確定"


def test_slips_are_held_and_impossible_sums_refused(owner):
    save(owner)
    ten = {code: value * 10 for code, value in FIGURES.items()}
    following = {"period_end": dt.date(2025, 3, 31)}
    save(owner, ten, **following)  # an earlier year is compared with what lies before it: nothing
    later = {"period_end": dt.date(2026, 9, 30), "months": 6}
    with pytest.raises(Held) as held:
        save(owner, ten, **later)
    keys = [item.key for item in held.value.asked]
    assert "sales=800000000" in keys
    with pytest.raises(Held):
        save(owner, ten, sure=keys, why="", **later)
    row = save(owner, ten, sure=keys, why="合併した", **later)
    assert {item["reason"] for item in row.confirmed} == {"合併した"}
    with pytest.raises(Misfit) as wrong:
        save(owner, {**FIGURES, "profit": 40_000_000}, period_end=dt.date(2024, 3, 31))
    assert wrong.value.problems[0][0] == "profit"
    with pytest.raises(Refused, match="今日までの日"):
        save(owner, period_end=dt.date(2026, 12, 31))
    with pytest.raises(Refused, match="数字が1つも"):
        save(owner, {"sales": None}, period_end=dt.date(2023, 3, 31))


def test_only_what_the_firm_agreed_to_is_used(owner):
    save(owner)
    assert selectors.firm_years(first=2020, last=2026) == []
    with acting(owner):
        consent_say(actor=owner, agreed=True, text="同意")
    (row,) = selectors.firm_years(first=2020, last=2026)
    assert (row.firm_id, row.ward_id, row.industry, row.year) == (owner.firm_id, 13107, "24", 2026)
    assert (row.employees, row.va_a, row.va_b, row.va_c) == (8, 25_000_000, 12_000_000, 2_000_000)
    assert selectors.firm_years(first=2020, last=2025) == []
    with acting(owner):
        consent_say(actor=owner, agreed=False, text="使わない")
    assert selectors.firm_years(first=2020, last=2026) == []
    assert Consent.objects.count() == 2


def test_an_accepted_effect_report_tells_the_year_once(grant):  # noqa: F811
    filing = filed(grant, "effect_report", **report())
    reviewer = make.official_actor()
    with acting(reviewer):
        grants.filing_accept(actor=reviewer, filing_id=filing.pk)
    event = OutboxEvent.objects.get(name="grants.filing_accepted")
    handlers.take_effect_report(event)
    handlers.take_effect_report(event)
    row = Accounts.objects.get()
    assert (row.source, row.source_ref, row.firm_id) == ("effect", str(filing.pk), grant.firm_id)
    assert row.sales is not None
    # Nobody was asked for the use of a report that is made for it; a refusal still counts.
    assert len(selectors.firm_years(first=2020, last=2030)) == 1
    owner = make.owner_of(grant)
    with acting(owner):
        consent_say(actor=owner, agreed=False, text="使わない")
    assert selectors.firm_years(first=2020, last=2030) == []


def test_a_report_begins_with_the_year_that_the_firm_has_entered(grant):  # noqa: F811
    Grant.objects.filter(pk=grant.pk).update(decided_on=dt.date(2024, 7, 1))
    grant.refresh_from_db()
    assert known.figures(grant) == {}
    accounts(grant.firm, dt.date(2024, 3, 31))  # ended before the decision
    accounts(grant.firm, ENDS, profit=-2_000_000)
    found = known.figures(grant)
    assert found["period_end"] == "2026-03-31"
    assert (found["after_profit"], found["after_labour"]) == ("△2,000,000", "20,000,000")
    accounts(grant.firm, ENDS, source="effect")
    assert known.figures(grant) == {}


def test_wards_see_their_own_firms_and_policy_staff_none(owner, client):
    save(owner)
    ours, theirs = make.official_actor(), make.official_actor(13111)
    with acting(ours):
        assert Accounts.objects.count() == 1
    with acting(theirs):
        assert Accounts.objects.count() == 0
    sign_in(client, User.objects.get(pk=ours.user_id))
    firm = make.make_firm(name="見られる工業")
    grantable = FirmFactory(name="一覧工業")
    accounts(grantable, ENDS)
    page = client.get(reverse("series:firm", args=[grantable.public_id])).content.decode()
    assert "25,000,000円" in page
    assert "1人当たり 3,125,000円" in page
    assert AuditRow.objects.filter(action="series.accounts_viewed").count() == 1
    client.get(reverse("series:firms"))
    listed = AuditRow.objects.get(action="series.accounts_listed")
    assert str(grantable.public_id) in listed.detail["firms"]
    assert client.get(reverse("series:firm", args=[firm.public_id])).status_code == 404


def test_the_list_asks_as_often_for_thirty_firms_as_for_one(client):
    official = make.official_actor()
    sign_in(client, User.objects.get(pk=official.user_id))

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("series:firms")).status_code == 200
        return len(queries)

    accounts(FirmFactory(), ENDS)
    asked()
    one = asked()
    for number in range(29):
        accounts(FirmFactory(), ENDS, sales=80_000_000 + number)
    assert asked() == one


def test_the_firms_page_keeps_what_was_typed_and_asks_again(owner, client):
    save(owner)
    sign_in(client, User.objects.get(pk=owner.user_id))
    address = reverse("series:correct", args=[ENDS.isoformat()])
    assert "80,000,000" in client.get(address).content.decode()
    accounts(Accounts.objects.get().firm, dt.date(2025, 3, 31), sales=8_000_000)
    typed = {"months": "12", "seen": "1", "sales": "８００，０００，０００円", "profit": "△五"}
    page = client.post(address, typed)
    assert page.status_code == 422
    assert "８００，０００，０００円" in page.content.decode()
    typed = {
        "months": "12",
        "seen": "1",
        "sales": "80,000,001",
        "profit": "△1,000",
        "reason": "誤り",
    }
    page = client.post(address, typed).content.decode()
    assert "「売上高」は 80,000,001円 で正しい" in page
    typed |= {"sure": "sales=80000001", "why": "大口の受注"}
    assert client.post(address, typed).status_code == 302
    row = Accounts.objects.order_by("-pk").first()
    assert (row.number, row.profit, row.cost) == (2, -1_000, None)


def settled(firm_id: int) -> Grant:
    """The grant of the firm as if its project had ended on 2024-02-20 and been paid."""
    row = Grant.objects.get(firm_id=firm_id)
    Grant.objects.filter(pk=row.pk).update(
        status=grant_states.PAID,
        final_yen=row.decided_yen,
        decided_on=dt.date(2023, 7, 1),
        completed_on=dt.date(2024, 2, 20),
    )
    return row


def test_growth_of_users_and_of_others(grant):  # noqa: F811
    settled(grant.firm_id)
    for ends, profit in ((dt.date(2023, 3, 31), 2_000_000), (dt.date(2025, 3, 31), 7_000_000)):
        accounts(grant.firm, ends, profit=profit)  # A: 25 → 30 million
    growth_write(as_of=TODAY)
    users = Quotient.objects.get(indicator="2-KGI/users")
    assert (users.period, users.numerator, users.denominator) == (dt.date(2023, 4, 1), 20, 1)
    assert not Quotient.objects.filter(indicator="2-KGI/others").exists()
    other = FirmFactory()
    for ends, profit in ((dt.date(2023, 3, 31), 2_000_000), (dt.date(2025, 3, 31), 4_500_000)):
        accounts(other, ends, profit=profit)  # A: 25 → 27.5 million
    growth_write(as_of=TODAY)
    others = Quotient.objects.get(indicator="2-KGI/others")
    assert others.denominator == 1
    assert 10 <= others.numerator < 11  # cut at the 2 % of both sides together
    loss = FirmFactory()
    for ends in (dt.date(2023, 3, 31), dt.date(2025, 3, 31)):
        accounts(loss, ends, profit=-30_000_000)
    growth_write(as_of=TODAY)
    others = Quotient.objects.get(indicator="2-KGI/others")
    assert (others.denominator, others.detail["without_base"]) == (1, 1)
    # A revoked grant makes no user, and its firm no non-user either.
    Grant.objects.update(status=grant_states.REVOKED)
    growth_write(as_of=TODAY)
    assert not Quotient.objects.filter(indicator__startswith="2-KGI").exists()


def test_a_user_whose_year_after_is_not_told_waits(grant):  # noqa: F811
    settled(grant.firm_id)
    accounts(grant.firm, dt.date(2023, 3, 31))
    growth_write(as_of=TODAY)
    row = Quotient.objects.get(indicator="2-KGI/users")
    assert (row.denominator, row.detail["pending"]) == (0, 1)


def test_one_or_two_firms_of_a_ward_stay_untold(client):
    for ward, count in ((13107, 4), (13111, 2), (13110, 3)):
        for _number in range(count):
            accounts(FirmFactory(ward=ward), ENDS, ward=ward)
    panel_refresh(as_of=TODAY)
    assert Panel.objects.count() == 3
    sign_in(client, User.objects.get(pk=make.official_actor().user_id))
    page = client.get(reverse("series:productivity"))
    hidden = {line.key for line in page.context["by_ward"] if line.is_hidden}
    assert hidden == {13111, 13110}  # of one alone the total would tell
    assert page.context["years"][-1].heads["A"] == "3,125"
    text = page.content.decode()
    assert "企業が少ないため示しません" in text
    assert "43%" in text


def test_the_gap_by_stage_size_and_industry_adds_up_and_keeps_small_classes(client, grant):  # noqa: F811
    settled(grant.firm_id)
    plates = [FirmFactory(jsic="24", employees=12) for _ in range(4)]
    machines = [FirmFactory(jsic="26", employees=120) for _ in range(4)]
    for n, firm in enumerate([grant.firm, *plates, *machines, FirmFactory(jsic="09", employees=3)]):
        for ends, profit in (
            (dt.date(2023, 3, 31), 2_000_000),
            (dt.date(2025, 3, 31), n * 1_000_000),
        ):
            accounts(firm, ends, profit=profit)
    growth_write(as_of=TODAY)
    for side in ("users", "others"):
        row = Quotient.objects.get(indicator=f"2-KGI/{side}")
        for way in ("size:", "industry:"):
            rows = [each for key, each in row.detail["groups"].items() if key.startswith(way)]
            assert sum(n for _total, n in rows) == row.n
            assert abs(sum(Decimal(total) for total, _n in rows) - row.numerator) < Decimal("0.01")
    found = gaps(fiscal_year=2024, as_of=TODAY, ward_id=None)
    assert [table.code for table in found.tables] == ["stage", "size", "industry"]
    # One user, and one firm of industry 09: neither is told, nor what leads there.
    industry = {line.label[:2]: line.is_untold for line in found.tables[2].lines}
    assert industry["09"]
    assert sum(industry.values()) >= 2
    assert all(line.is_untold for line in found.tables[0].lines)
    sign_in(client, assign(make_person("policy@example.jp"), Role.POLICY))
    page = client.get(reverse("kpi:parts", args=[2024, "2-KGI"])).content.decode()
    assert "に完了した事業" in page
