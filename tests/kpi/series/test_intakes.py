"""Taking statistics and accounts in as a whole: preview, held figures, corrections, refusals, cancelling."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kpi.models import Quotient
from kpi.series.models import Accounts, Consent, Edition, Intake, IntakeRow, Panel, Statistic
from kpi.series.services import Refused, intakes, productivity_write
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from tests.factories import subsidies as make_people
from tests.factories.programs import FirmFactory
from tests.factories.series import (
    FIGURES,
    account_line,
    accounts,
    accounts_book,
    line,
    statistic,
    statistics_book,
)
from tests.kpi.series.test_reading import estat_file
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db
Outcome = IntakeRow.Outcome
Phase = Intake.Phase
MILLION = 1_000_000
LAST = {"value_added": 7_000 * MILLION}


@pytest.fixture
def policy() -> Actor:
    person = assign(make_person("policy@example.jp", name="政策 太郎"), Role.POLICY)
    return Actor(person.pk, person.name, Hat.POLICY, frozenset({Role.POLICY}))


def hand_in(actor: Actor, content: bytes, *, kind: str = "statistics", name: str = "a.xlsx"):
    with acting(actor):
        intake = intakes.intake_upload(
            actor=actor, uploaded=SimpleUploadedFile(name, content), kind=kind
        )
        intakes.intake_read(actor=actor, intake_id=intake.pk)
        return Intake.objects.get(pk=intake.pk)


def take(actor: Actor, intake: Intake) -> None:
    with acting(actor):
        intakes.intake_confirm(actor=actor, intake_id=intake.pk)
        intakes.intake_take(actor=actor, intake_id=intake.pk)


def test_a_statistic_becomes_the_figures_of_its_year(policy):
    intake = hand_in(policy, statistics_book([line(), line(ward="大田区", value_added="χ")]))
    assert (intake.phase, intake.counts) == (Phase.READY, {"new": 2})
    assert not Statistic.objects.exists()
    take(policy, intake)
    (row,) = Quotient.objects.filter(indicator="1-KGI")
    assert (row.ward_id, row.period, row.n) == (13107, dt.date(2024, 1, 1), 900)
    assert (row.numerator, row.denominator) == (60_000_000, 10_000)  # 千円, 人
    assert row.detail["break"] is False
    assert row.source == "試験の統計表"
    hidden = Statistic.objects.get(ward_id=13111)
    assert (hidden.value_added, hidden.hidden) == (None, ["value_added"])
    assert AuditRow.objects.filter(action="series.intake_taken").count() == 1
    # The same file once more changes nothing and is not taken.
    again = hand_in(policy, statistics_book([line(), line(ward="大田区", value_added="χ")]))
    assert again.counts == {"same": 2}
    with acting(policy), pytest.raises(Refused, match="新しく登録する行"):
        intakes.intake_confirm(actor=policy, intake_id=again.pk)


def test_a_correction_keeps_what_it_replaces(policy):
    take(policy, hand_in(policy, statistics_book([line()])))
    intake = hand_in(policy, statistics_book([line(value_added=61_000)]))
    assert intake.counts == {"changed": 1}
    take(policy, intake)
    old, new = Statistic.objects.order_by("pk")
    assert (old.replaced_at is None, new.replaced_at is None) == (False, True)
    assert (old.value_added, new.value_added) == (60_000 * MILLION, 61_000 * MILLION)
    assert Quotient.objects.get(indicator="1-KGI").numerator == 61_000_000
    assert Edition.objects.count() == 2


def test_a_slip_of_the_unit_waits_until_somebody_says_why_it_is_right(policy):
    statistic(2023, **LAST)
    intake = hand_in(policy, statistics_book([line()]))
    assert intake.counts == {"held": 1}
    with acting(policy):
        with pytest.raises(Refused, match="桁の確認を待つ"):
            intakes.intake_confirm(actor=policy, intake_id=intake.pk)
        with pytest.raises(Refused, match="理由を入力"):
            intakes.held_confirm(actor=policy, intake_id=intake.pk, numbers=[2], reason=" ")
        with pytest.raises(Refused, match="行を選んで"):
            intakes.held_confirm(actor=policy, intake_id=intake.pk, numbers=[9], reason="公表値")
        intakes.held_confirm(actor=policy, intake_id=intake.pk, numbers=[2], reason="公表値")
    told = AuditRow.objects.get(action="series.held_confirmed")
    assert told.reason == "公表値"
    assert told.detail == {"2": [["value_added", 7_000 * MILLION, 60_000 * MILLION]]}
    take(policy, intake)
    assert Statistic.objects.filter(year=2024, replaced_at=None).count() == 1


def test_what_changed_since_the_preview_is_not_taken_over(policy):
    intake = hand_in(policy, statistics_book([line()]))
    statistic(2024, value_added=1_000 * MILLION)
    with acting(policy):
        intakes.intake_confirm(actor=policy, intake_id=intake.pk)
        intakes.settle(
            lambda: intakes.intake_take(actor=policy, intake_id=intake.pk),
            actor=policy,
            intake_id=intake.pk,
        )
    intake.refresh_from_db()
    assert intake.phase == Phase.FAILED
    assert "登録済みの数字が変わった" in intake.problem
    assert Statistic.objects.count() == 1


def test_a_cancelled_one_is_never_taken_over(policy):
    intake = hand_in(policy, statistics_book([line()]))
    with acting(policy):
        intakes.intake_cancel(actor=policy, intake_id=intake.pk)
        with pytest.raises(Refused):
            intakes.intake_cancel(actor=policy, intake_id=intake.pk)
        with pytest.raises(Refused):
            intakes.intake_confirm(actor=policy, intake_id=intake.pk)


def test_a_large_file_is_a_workers_and_a_wrong_one_is_told_at_once(policy, monkeypatch):
    monkeypatch.setattr(intakes, "ROWS_AT_ONCE", 1)
    with acting(policy):
        intake = intakes.intake_upload(
            actor=policy,
            uploaded=SimpleUploadedFile("a.xlsx", statistics_book([line(), line(industry="24")])),
            kind="statistics",
        )
        assert not intakes.may_read_at_once(policy, intake)
    failed = hand_in(policy, b"{}", name="a.json")
    assert failed.phase == Phase.FAILED
    assert "e-Stat" in failed.problem
    with acting(policy):
        assert intakes.may_read_at_once(policy, failed)


def test_an_estat_file_is_taken_over_like_a_workbook(policy):
    intake = hand_in(policy, estat_file(), name="estat.json")
    assert intake.counts == {"new": 2}
    take(policy, intake)
    assert Edition.objects.get().year == 2023
    assert not Quotient.objects.exists()  # people alone make no productivity


def test_the_census_year_is_marked_and_gives_way_to_the_structure_survey(policy):
    take(policy, hand_in(policy, statistics_book([line()], dataset="経済センサス")))
    assert Quotient.objects.get(indicator="1-KGI").detail["break"] is True
    statistic(2024, value_added=50_000 * MILLION)
    productivity_write(years=[2024], as_of=dt.date(2026, 11, 30))
    row = Quotient.objects.get(indicator="1-KGI")
    assert (row.numerator, row.detail["dataset"]) == (50_000_000, "structure")


def test_officials_take_in_their_own_survey_and_no_national_statistic():
    official = make_people.official_actor()
    national = hand_in(official, statistics_book([line()]))
    assert "政策担当が取り込みます" in national.problem
    other = hand_in(official, statistics_book([line(ward="大田区")], dataset="区の実態調査"))
    assert other.counts == {"error": 1}
    own = hand_in(official, statistics_book([line()], dataset="区の実態調査"))
    take(official, own)
    assert Statistic.objects.get().dataset == "ward"
    assert not Quotient.objects.filter(indicator="1-KGI").exists()
    with acting(official), pytest.raises(PermissionDenied):
        intakes.intake_upload(
            actor=make_people.official_actor(13107, Role.APPROVER),
            uploaded=SimpleUploadedFile("a.xlsx", b"x"),
            kind="accounts",
        )


def test_accounts_of_the_wards_firms_are_taken_in(policy):
    official = make_people.official_actor()
    first, second, elsewhere = FirmFactory(), FirmFactory(), FirmFactory(ward=13111)
    accounts(first, dt.date(2025, 3, 31), sales=8_000_000, agreed=None)
    rows = [
        account_line(first),
        account_line(second, agreed="あり", profit="△500"),
        account_line(elsewhere),
        account_line(FirmFactory(), salaries=99_000),
    ]
    intake = hand_in(official, accounts_book(rows), kind="accounts")
    assert intake.counts == {"held": 1, "new": 1, "error": 2}
    messages = {row.number: row.errors for row in intake.lines.filter(outcome=Outcome.ERROR)}
    assert messages[4][0].startswith("A4：この区で見られる企業に見つかりません")
    assert messages[5][0].startswith("H5：「人件費」が、販売費及び一般管理費")
    intake = hand_in(official, accounts_book(rows[:2]), kind="accounts")
    with acting(official):
        intakes.held_confirm(
            actor=official, intake_id=intake.pk, numbers=[2], reason="決算書で確かめた"
        )
    take(official, intake)
    row = Accounts.objects.get(firm=first, period_end=dt.date(2026, 3, 31))
    assert (row.sales, row.people, row.source) == (FIGURES["sales"], 8, "import")
    assert row.confirmed[0]["reason"] == "決算書で確かめた"
    assert Accounts.objects.get(firm=second).profit == -500_000
    assert Consent.objects.get(firm=second).agreed
    # Only the firm that agreed is in the ward's sums.
    assert Panel.objects.get(year=2026).firms == 1
    with acting(policy), pytest.raises(PermissionDenied):
        intakes.intake_upload(
            actor=policy, uploaded=SimpleUploadedFile("a.xlsx", b"x"), kind="accounts"
        )


def test_the_page_leads_from_the_file_to_the_figures(client, policy):
    statistic(2023, **LAST)
    sign_in(client, make_person_of(policy))
    book = SimpleUploadedFile("toukei.xlsx", statistics_book([line()]))
    start = reverse("series:intake_start", args=["statistics"])
    page = client.post(start, {"file": book}, follow=True)
    assert "桁を確かめてください" in page.content.decode()
    intake = Intake.objects.get()
    hold = reverse("series:hold", args=[intake.public_id])
    refused = client.post(hold, {"row": "2", "reason": ""})
    assert refused.status_code == 422
    assert 'value="2" checked' in refused.content.decode()
    client.post(reverse("series:confirm", args=[intake.public_id]))
    assert AuditRow.objects.get(action="series.refused").detail == {"act": "confirm"}
    client.post(hold, {"row": "2", "reason": "公表された表で確かめた"})
    done = client.post(reverse("series:confirm", args=[intake.public_id]), follow=True)
    assert "取り込みました" in done.content.decode()
    table = client.get(reverse("series:statistics")).content.decode()
    assert "23区のうち1区の付加価値額が公表されています" in table
    assert "6,000" in table  # 千円 a head
    assert "この年の数字は公表されていません" in table
    wrong = client.post(start, {"file": SimpleUploadedFile("a.txt", b"x")})
    assert wrong.status_code == 422


def make_person_of(actor: Actor):
    from portal.accounts.models import User

    return User.objects.get(pk=actor.user_id)


def test_a_sheet_neither_shows_nor_changes_another_wards_accounts_nor_a_firms_refusal():
    official = make_people.official_actor()
    shared, unwilling = FirmFactory(), FirmFactory()
    kept = accounts(shared, dt.date(2026, 3, 31), ward=13111, sales=123_456_000)
    accounts(shared, dt.date(2025, 3, 31), ward=13111, sales=1_000_000, agreed=None)
    accounts(unwilling, dt.date(2025, 3, 31), agreed=False)
    rows = [account_line(shared), account_line(unwilling, agreed="あり")]
    intake = hand_in(official, accounts_book(rows), kind="accounts")
    assert intake.counts == {"error": 2}
    first, second = intake.lines.order_by("number")
    assert "この決算は大田区が登録しています" in first.errors[0]
    assert "「同意しない」と答えています" in second.errors[0]
    assert "123456000" not in f"{first.changes}{first.held}{first.values}"
    # A year that nobody has yet is the ward's own; the other ward's year before is not its measure.
    rows = [
        account_line(shared, period_end="令和8年6月30日"),
        account_line(unwilling, agreed="なし"),
    ]
    intake = hand_in(official, accounts_book(rows), kind="accounts")
    assert intake.counts == {"new": 2}
    take(official, intake)
    assert Accounts.objects.filter(firm=shared, period_end=kept.period_end).count() == 1
    assert not Consent.objects.filter(firm=unwilling, agreed=True).exists()
