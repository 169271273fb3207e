"""The asset ledger: useful lives, what a disposal gives back (golden cases), entry and confirmation."""

import csv
import datetime as dt
import io
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from subsidies.bulk import matter_papers, matters
from subsidies.bulk import policies as bulk_policies
from subsidies.grants.letters import ruling_letter
from subsidies.grants.models import Filing, FilingVersion
from subsidies.grants.services import recovery_propose
from subsidies.grants.services.owing import owings
from subsidies.models import Grant
from subsidies.obligations import services, states
from subsidies.obligations.models import Asset, Obligation
from subsidies.obligations.rules import assets
from subsidies.obligations.services.closing import restrictions_end
from subsidies.services.errors import Incomplete, Refused
from tests.factories import subsidies as make
from tests.factories.obligations import make_asset
from tests.factories.programs import OTA
from tests.subsidies.grants.people import approved, filed, proposed
from tests.support.people import client_of

GOLDEN = Path(__file__).parents[1] / "golden" / "disposal.csv"
TODAY = clock.today()


def golden():
    with GOLDEN.open(encoding="utf-8") as stream:
        return [pytest.param(row, id=row["case"]) for row in csv.DictReader(stream)]


@pytest.mark.parametrize("row", golden())
def test_a_disposal_gives_back_what_the_table_says(row):
    found = assets.returned(
        net_yen=int(row["net_yen"]),
        acquired_on=dt.date.fromisoformat(row["acquired_on"]),
        years=assets.YEARS[row["life"]],
        disposed_on=dt.date.fromisoformat(row["disposed_on"]),
        share=Fraction(int(row["final_yen"]), int(row["eligible_yen"])),
        price_yen=int(row["price_yen"]),
    )
    assert (found.months_left, found.book_yen, found.return_yen) == (
        int(row["months_left"]),
        int(row["book_yen"]),
        int(row["return_yen"]),
    )


@given(
    net=st.integers(1, 10**10),
    acquired=st.dates(dt.date(2020, 1, 1), dt.date(2050, 1, 1)),
    life=st.sampled_from(sorted(assets.YEARS)),
    after=st.integers(0, 5000),
    share=st.fractions(0, 1),
    price=st.integers(0, 10**10),
)
def test_never_more_than_the_subsidy_and_never_more_later(net, acquired, life, after, share, price):
    def on(days, price_yen):
        return assets.returned(
            net_yen=net,
            acquired_on=acquired,
            years=assets.YEARS[life],
            disposed_on=acquired + dt.timedelta(days=days),
            share=share,
            price_yen=price_yen,
        )

    assert 0 <= on(after, price).return_yen <= net * share
    assert on(after + 40, 0).return_yen <= on(after, 0).return_yen <= on(after, price).return_yen


@pytest.mark.parametrize(
    ("acquired", "years", "last"),
    [
        (dt.date(2027, 2, 10), 5, dt.date(2032, 2, 9)),
        (dt.date(2028, 2, 29), 5, dt.date(2033, 2, 28)),
        (dt.date(2028, 2, 29), 4, dt.date(2032, 2, 28)),
        (dt.date(2027, 1, 1), 10, dt.date(2036, 12, 31)),
    ],
)
def test_the_restriction_ends_the_day_before_the_life_has_passed(acquired, years, last):
    assert assets.restricted_until(acquired, years) == last


LISTED = {
    "key": "line1",
    "category": "software",
    "description": "日報システム",
    "quantity": 1,
    "unit_yen": 665_999,
    "net_yen": 665_999,
    "acquired_on": "2027-02-10",
    "place": "",
    "vendor": "試験ソフト株式会社",
}


@pytest.fixture
def grant(db):
    """Its amount settled by a report with one asset."""
    found = make.make_grant()
    firm = make.owner_of(found)
    with acting(make.SYSTEM):
        filing = Filing.objects.create(
            grant=found,
            ward_id=found.ward_id,
            firm_id=found.firm_id,
            kind="completion",
            number=1,
            status="approved",
            submitted_at=clock.now(),
            created_by_id=firm.user_id,
        )
        FilingVersion.objects.create(
            filing=filing,
            number=1,
            payload={"record": {"assets": [LISTED], "lines": [{"eligible_net_yen": 665_999}]}},
            sha256="0" * 64,
            submitted_at=clock.now(),
            submitted_by_id=firm.user_id,
        )
        Grant.objects.filter(pk=found.pk).update(status="finalised", final_yen=499_000)
    return Grant.objects.select_related("application__version__scheme").get(pk=found.pk)


def entered(grant):
    with acting(make.SYSTEM):
        count = services.assets_enter(actor=make.SYSTEM, grant_id=grant.pk)
        services.obligations_sync(actor=make.SYSTEM, grant_id=grant.pk, on=TODAY)
        return count


def test_the_settled_report_enters_its_assets_once(grant):
    assert (entered(grant), entered(grant)) == (1, 0)
    asset = Asset.objects.get()
    assert (asset.life, asset.life_years, asset.life_confirmed) == ("software", 5, False)
    assert asset.restricted_until == dt.date(2032, 2, 9)
    row = Obligation.objects.get(kind="restriction_end")
    assert (row.number, row.due_on) == (asset.pk, asset.restricted_until)


def test_a_confirmed_life_moves_the_restriction_and_the_papers(grant):
    entered(grant)
    Grant.objects.filter(pk=grant.pk).update(status="paid", paid_yen=499_000)
    reviewer = make.official_actor()
    asset = Asset.objects.get()
    with acting(reviewer):
        services.asset_life_confirm(
            actor=reviewer, asset_id=asset.pk, life="metal", place="本社工場1階", today=TODAY
        )
    asset.refresh_from_db()
    assert (asset.restricted_until, asset.life_confirmed) == (dt.date(2037, 2, 9), True)
    assert Obligation.objects.get(kind="restriction_end").due_on == dt.date(2037, 2, 9)
    assert Obligation.objects.get(kind="retention").due_on == dt.date(2042, 3, 31)
    row = AuditRow.objects.get(action="obligations.asset_confirmed")
    assert row.changes["life"] == ["software", "metal"]
    assert row.actor_id == reviewer.user_id


def test_a_disposal_without_approval_is_noted_with_what_it_gives_back(grant):
    entered(grant)
    asset = Asset.objects.get()
    reviewer = make.official_actor()
    given_ = {"asset_id": asset.pk, "disposed_on": dt.date(2028, 2, 10), "price_yen": 0}
    with acting(reviewer):
        with pytest.raises(ReasonMissing):
            services.asset_disposal_note(actor=reviewer, reason=" ", **given_)
        services.asset_disposal_note(actor=reviewer, reason="売却していた。", **given_)
        with pytest.raises(StaleState):
            services.asset_disposal_note(actor=reviewer, reason="もう一度", **given_)
    asset.refresh_from_db()
    # 47 of 60 months are left: 499,000 × 47 / 60.
    assert (asset.status, asset.returned_yen) == (states.UNAPPROVED, 390_883)


@pytest.mark.parametrize("day", [dt.date(2027, 2, 9), dt.date(2032, 2, 10)])
def test_a_disposal_outside_the_restriction_is_no_breach(grant, day):
    entered(grant)
    reviewer = make.official_actor()
    with acting(reviewer), pytest.raises(Refused):
        services.asset_disposal_note(
            actor=reviewer,
            asset_id=Asset.objects.get().pk,
            disposed_on=day,
            price_yen=0,
            reason="廃棄",
        )


def test_an_approver_confirms_nothing(grant):
    entered(grant)
    approver = make.official_actor(grant.ward_id, Role.APPROVER)
    with acting(approver), pytest.raises(RoleMissing):
        services.asset_life_confirm(
            actor=approver, asset_id=Asset.objects.get().pk, life="pc", place="", today=TODAY
        )


def test_a_restriction_ends_by_itself(grant):
    entered(grant)
    with acting(make.SYSTEM):
        assert restrictions_end(actor=make.SYSTEM, today=dt.date(2032, 2, 9)) == 0
        assert restrictions_end(actor=make.SYSTEM, today=dt.date(2032, 2, 10)) == 1
        assert restrictions_end(actor=make.SYSTEM, today=dt.date(2032, 2, 10)) == 0
    assert Obligation.objects.get(kind="restriction_end").status == states.DONE


def test_assets_are_for_their_ward_and_firm(grant):
    entered(grant)

    def seen(actor):
        with acting(actor):
            return Asset.objects.count()

    assert [
        seen(make.official_actor()),
        seen(make.official_actor(OTA)),
        seen(make.firm_actor(grant.firm)),
        seen(make.firm_actor(make.make_firm())),
        seen(make.auditor_actor()),
    ] == [1, 0, 1, 0, 1]


def test_the_pages(grant):
    entered(grant)
    asset = make_asset(grant, description="三次元測定機")
    client = client_of(make.official_actor())
    page = client.get(reverse("obligations:assets") + "?q=三次元").content.decode()
    assert "三次元測定機" in page
    assert "日報システム" not in page
    address = reverse("obligations:asset_disposal", args=[asset.pk])
    page = client.post(address, {"disposed_on": "令和13年13月1日", "price_yen": "", "reason": "x"})
    assert page.status_code == 422
    assert "令和13年13月1日" in page.content.decode()
    address = reverse("obligations:asset_confirm", args=[asset.pk])
    assert client.post(address, {"life": "tester", "place": "検査室"}).status_code == 302
    shown = client.get(reverse("obligations:asset", args=[asset.pk])).content.decode()
    assert "検査室" in shown
    assert "確認済み" in shown
    firm = client_of(make.owner_of(grant)).get(reverse("obligations:mine")).content.decode()
    assert "三次元測定機" in firm
    export = client.get(reverse("exports:file", args=["assets", "csv"]))
    assert "三次元測定機" in b"".join(export.streaming_content).decode("utf-8-sig")


def asked(grant, asset, **changes):
    answers = {
        "asset_number": str(asset.pk),
        "way": "sale",
        "planned_on": "2028-02-10",
        "price_yen": "0円",
        "why": "新しい機械に替えるため。",
    }
    return filed(grant, "asset_disposal", **{**answers, **changes})


def test_a_disposal_is_approved_by_another_official_and_leaves_the_ledger(grant):
    entered(grant)
    asset = Asset.objects.get()
    ruling = proposed(asked(grant, asset), reason="老朽化による更新である。")
    assert (ruling.terms["months_left"], ruling.terms["return_yen"]) == (47, 390_883)
    approved(ruling)
    asset.refresh_from_db()
    assert (asset.status, asset.returned_yen) == (states.APPROVED, 390_883)
    assert asset.disposed_on == dt.date(2028, 2, 10)
    entered(grant)
    assert Obligation.objects.get(kind="restriction_end").status == states.DONE


def test_what_a_disposal_gives_back_is_owed_until_it_is_ordered_back(grant):
    entered(grant)
    asset = Asset.objects.get()
    approved(proposed(asked(grant, asset), reason="老朽化による更新である。"))
    official = make.official_actor(grant.ward_id)
    with acting(make.SYSTEM):
        Grant.objects.filter(pk=grant.pk).update(status="paid", paid_yen=499_000)
    grant.refresh_from_db()
    with acting(official):
        (owing,) = owings(grant)
        assert (owing.cause, owing.yen) == (f"asset:{asset.pk}", 390_883)
        recovery_propose(
            actor=official,
            grant_id=grant.pk,
            principal_yen=owing.yen,
            surcharged=owing.surcharged,
            reason=owing.reason,
            cause=owing.cause,
        )
        assert owings(grant) == []


def test_a_disposal_owes_nothing_that_came_back_for_another_reason(grant):
    entered(grant)
    approved(proposed(asked(grant, Asset.objects.get()), reason="老朽化による更新である。"))
    with acting(make.SYSTEM):
        Grant.objects.filter(pk=grant.pk).update(status="paid", paid_yen=499_000)
    grant.refresh_from_db()
    official = make.official_actor(grant.ward_id)
    for yen, left in ((200_000, [299_000]), (299_000, [])):
        with acting(official):
            order = recovery_propose(
                actor=official,
                grant_id=grant.pk,
                principal_yen=yen,
                surcharged=True,
                reason="一部取消により返還を命じる。",
            )
        approved(order)
        with acting(official):
            assert [item.yen for item in owings(grant)] == left


def test_the_papers_of_a_disposals_proposal_say_what_it_gives_back(grant):
    entered(grant)
    ruling = proposed(asked(grant, Asset.objects.get()), reason="老朽化による更新である。")
    official = make.official_actor(grant.ward_id)
    with acting(official):
        matter = matters.of_ruling(bulk_policies.ruling_of(official, ruling.pk))
        found = matter_papers.matter_zip(matter)
    assert ("返還になる額", "", 390_883) in matter.figures
    assert ("返還する額", "390,883円") in matter.rows
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        assert archive.namelist()[1] == "02_財産処分承認通知書_案.pdf"


def test_a_disposal_may_be_refused_in_a_letter_of_its_own(grant):
    entered(grant)
    asset = Asset.objects.get()
    ruling = approved(proposed(asked(grant, asset), "reject", reason="まだ使える。"))
    asset.refresh_from_db()
    assert asset.status == states.IN_USE
    said = ruling_letter(ruling)
    assert said["title"].endswith("財産処分不承認通知書")
    assert "承認しない" in said["matter"]
    assert "返還する額" not in dict(said["rows"])


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [
        ({"asset_number": "999999"}, "answers.asset_number"),
        ({"planned_on": "2026-04-01"}, "answers.planned_on"),
        ({"planned_on": "2032-02-10"}, "answers.planned_on"),
        ({"price_yen": "-1"}, "answers.price_yen"),
        ({"way": ""}, "answers.way"),
    ],
)
def test_a_bad_request_is_said_at_its_field(grant, changes, anchor):
    entered(grant)
    with pytest.raises(Incomplete) as refused:
        asked(grant, Asset.objects.get(), **changes)
    assert [problem.anchor for problem in refused.value.problems] == [anchor]


def test_another_grants_asset_is_not_disposed_of_here(grant):
    entered(grant)
    other = make_asset(make.make_grant())
    with pytest.raises(Incomplete):
        asked(grant, other)
