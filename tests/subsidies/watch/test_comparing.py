"""What a comparison finds, on which side it is told, and that it is found once."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from portal.kernel import clock, outbox
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, ReasonMissing, RoleMissing, StaleState
from subsidies import services as core
from subsidies.models import Application, FigureConfirmation
from subsidies.services.errors import Incomplete
from subsidies.watch import services, states
from subsidies.watch.models import Finding, Trace
from subsidies.watch.services.tracing import traces_make
from tests.factories import subsidies as make
from tests.factories import watch
from tests.factories.programs import MembershipFactory, SiteFactory

pytestmark = pytest.mark.django_db
OTA = 13111


def kinds(rows):
    return [(row.application_id, row.kind) for row in rows]


class TestPairs:
    def test_nothing_in_common_finds_nothing(self):
        assert watch.compare(watch.case(1), watch.case(2)) == []

    def test_the_same_file_in_one_ward_is_told_with_names_on_both_sides(self):
        one = watch.case(1)
        other = watch.case(2, file_of=one)
        here, there = watch.compare(one, other)
        assert kinds([here, there]) == [(other.pk, "file"), (one.pk, "file")]
        assert here.other_id == one.pk
        assert here.evidence["other"]["firm"] == one.firm_name
        assert here.evidence["file"] == "見積書.pdf"
        assert (here.twin_id, there.twin_id) == (there.pk, here.pk)

    def test_of_another_ward_it_tells_ward_scheme_and_date_and_no_more(self):
        one = watch.case(1, ward=OTA)
        other = watch.case(2, file_of=one)
        here, there = watch.compare(one, other)
        for row, case in ((here, one), (there, other)):
            assert row.other_id is None
            assert row.other_ward_id == case.ward_id
            assert row.evidence["other"] == {
                "ward": case.ward_id,
                "scheme": case.scheme_name,
                "submitted_on": clock.to_date(case.submitted_at).isoformat(),
                "same_firm": False,
            }
            assert case.firm_name not in str(row.evidence)
            assert case.receipt_no not in str(row.evidence)

    def test_a_file_of_many_firms_is_a_common_paper(self):
        first = watch.case(1)
        others = [watch.case(number, file_of=first) for number in range(2, 8)]
        with acting(make.SYSTEM):
            for case in (first, *others[:-1]):
                traces_make(actor=make.SYSTEM, application=case)
        assert watch.compare(others[-1]) == []

    def test_the_same_firm_that_buys_the_same_twice(self):
        firm = make.make_firm()
        SiteFactory(firm=firm, ward_id=OTA, since=make.dt.date(2015, 4, 1))
        one = watch.case(1, firm=firm, lines=[watch.line(description="日報クラウド（5か月分）")])
        other = watch.case(
            2, ward=OTA, firm=firm, lines=[watch.line(description="日報クラウド（12か月分）")]
        )
        rows = watch.compare(one, other)
        assert kinds(rows) == [(other.pk, "firm"), (one.pk, "firm")]
        assert rows[0].evidence["items"] == ["日報クラウド（12か月分）"]
        assert rows[0].evidence["other"]["same_firm"] is True

    def test_the_same_firm_that_buys_something_else_is_no_finding(self):
        firm = make.make_firm()
        assert watch.compare(watch.case(1, firm=firm), watch.case(2, firm=firm)) == []

    def test_copied_words(self):
        one = watch.case(1, answers=watch.PLAN)
        copied = {**watch.PLAN, "effect": watch.PLAN["effect"].replace("二時間", "三時間")}
        other = watch.case(2, answers=copied)
        rows = watch.compare(one, other)
        assert kinds(rows) == [(other.pk, "text"), (one.pk, "text")]
        assert 70 <= rows[0].evidence["percent"] < 100
        assert rows[0].evidence["passages"]

    def test_a_withdrawn_application_stands_in_nobodys_way(self):
        firm = make.make_firm()
        lines = [watch.line(description="同じ機械")]
        one = watch.case(1, firm=firm, lines=lines)
        actor = make.firm_actor(firm)
        with acting(actor):
            core.application_withdraw(actor=actor, application_id=one.pk, reason="出し直すため")
        assert watch.compare(one, watch.case(2, firm=firm, lines=lines)) == []


class TestPeers:
    def test_firms_that_order_from_each_other(self):
        firms = [make.make_firm(name=f"株式会社輪{mark}製作所") for mark in "甲乙丙"]
        cases = [
            watch.case(
                number,
                firm=firm,
                lines=[watch.line(vendor=firms[(number + 1) % 3].name, description=f"品{number}")],
            )
            for number, firm in enumerate(firms)
        ]
        rows = watch.compare(*cases)
        assert kinds(rows) == [(case.pk, "ring") for case in rows_in_ring(rows, cases)]
        assert {row.application_id for row in rows} == {case.pk for case in cases}
        assert {item["firm"] for item in rows[0].evidence["firms"]} == {firm.name for firm in firms}

    def test_a_ring_is_followed_through_the_application_that_makes_it(self):
        """Not through the newest of the firm, which orders elsewhere."""
        one, other = (make.make_firm(name=f"株式会社輪{mark}製作所") for mark in "丁戊")
        earlier = watch.case(1, firm=other, lines=[watch.line(vendor=one.name, description="品甲")])
        newest = watch.case(2, firm=other, lines=[watch.line(vendor="別商会", description="品乙")])
        mine = watch.case(3, firm=one, lines=[watch.line(vendor=other.name, description="品丙")])
        rows = watch.compare(earlier, newest, mine)
        assert set(kinds(rows)) == {(earlier.pk, "ring"), (mine.pk, "ring")}

    def test_of_a_ring_over_two_wards_each_ward_reads_the_own_names(self):
        here, there = (
            make.make_firm(name="輪こち製作所"),
            make.make_firm(ward=OTA, name="輪あち製作所"),
        )
        cases = [
            watch.case(1, firm=here, lines=[watch.line(vendor=there.name, description="品甲")]),
            watch.case(
                2, ward=OTA, firm=there, lines=[watch.line(vendor=here.name, description="品乙")]
            ),
        ]
        rows = {row.application_id: row for row in watch.compare(*cases)}
        own = rows[cases[0].pk]
        assert sorted(map(str, own.evidence["firms"])) == [
            str({"firm": here.name}),
            str({"ward": OTA}),
        ]
        assert there.name not in str(own.evidence)
        assert own.tells_of_elsewhere

    def test_a_price_beside_its_peers_of_all_wards(self):
        for number in range(8):
            ward = OTA if number % 2 else make.SUMIDA
            case = watch.case(
                number,
                ward=ward,
                lines=[watch.line(description="現場端末", unit_price=200_000 + number * 1_000,
                                  vendor=f"業者{chr(0x5000 + number)}")],
            )  # fmt: skip
            watch.compare(case)
        dear = watch.case(9, lines=[watch.line(description="現場端末", unit_price=620_000)])
        (row,) = watch.compare(dear)
        assert (row.kind, row.application_id) == ("price", dear.pk)
        assert row.evidence["n"] == 8
        assert row.evidence["median_yen"] == 203_500
        # Only the own ward's single prices are kept.
        assert row.evidence["own_ward_yen"] == [200_000, 202_000, 204_000, 206_000]

    def test_a_vendor_of_six_firms_and_a_third(self):
        call = make.make_call()
        for number in range(6):
            lines = [watch.line(vendor="㈱どこでもIT", description=f"品{chr(0x5000 + number)}")]
            last = watch.case(number, call=call, lines=lines)
            found = watch.compare(last)
            assert [row.kind for row in found] == (["vendor"] if number == 5 else [])
        assert (found[0].evidence["firms"], found[0].evidence["of"]) == (6, 6)
        assert found[0].application_id == last.pk


class TestFiguresOfTheForm:
    def draft(self, firm, price):
        actor = make.firm_actor(firm)
        return actor, make.make_draft(actor, make.make_call(), lines=[watch.line(unit_price=price)])

    def test_vendors_that_always_quote_together_on_the_same_day(self):
        day = (clock.today() - dt.timedelta(days=5)).isoformat()
        call = make.make_call()
        cases = [
            watch.case(
                number, call=call, lines=[watch.quoted(number, ("組の一社", "組の二社"), day)]
            )
            for number in range(4)
        ]
        rows = watch.compare(*cases)
        days = [row for row in rows if row.kind == "same_day"]
        assert [row.application_id for row in days] == [case.pk for case in cases]
        assert days[0].evidence["lines"][0]["vendors"] == ["組の一社", "組の二社"]
        # Told from the fourth firm on; the nightly sweep tells the first three as well.
        (row,) = [row for row in rows if row.kind == "together"]
        assert (row.application_id, row.evidence["firms"]) == (cases[-1].pk, 4)
        assert set(row.evidence["vendors"]) == {"組の一社", "組の二社"}
        assert row.evidence["limits"] == {"number": 0, "pair_firms": 4, "pair_percent": 50}

    def test_a_doubtful_figure_blocks_until_it_is_confirmed(self):
        actor, draft = self.draft(make.make_firm(), 6_660)
        with pytest.raises(Incomplete) as refused:
            make.submit(actor, draft)
        assert [problem.code for problem in refused.value.problems] == ["unit"]
        with acting(actor):
            # What was seen is not what stands there now.
            assert not core.figures_confirm(
                actor=actor, application_id=draft.pk, said={"expenses=6661"}
            )
            assert core.figures_confirm(
                actor=actor, application_id=draft.pk, said={"expenses=6660"}
            )
        make.submit(actor, draft)
        kept = FigureConfirmation.objects.get()
        assert (kept.value, kept.why, kept.confirmed_by_name) == (6_660, "too_small", actor.name)
        assert AuditRow.objects.filter(action="subsidies.figures_confirmed").count() == 1
        (row,) = watch.compare(Application.objects.get(pk=draft.pk))
        assert (row.kind, row.evidence["by"], row.evidence["value"]) == (
            "unit",
            actor.name,
            "6,660円",
        )

    def test_the_firms_earlier_application_is_what_it_is_compared_with(self):
        firm = make.make_firm()
        watch.case(1, firm=firm, lines=[watch.line(unit_price=10_000_000)])
        actor, draft = self.draft(firm, 665_999)
        with pytest.raises(Incomplete) as refused:
            make.submit(actor, draft)
        assert "前の申請" in refused.value.problems[0].text
        with acting(actor):
            core.figures_confirm(actor=actor, application_id=draft.pk, said={"expenses=665999"})
            core.draft_save_expenses(
                actor=actor, application_id=draft.pk, lines=[watch.line(unit_price=665_998)]
            )
        with pytest.raises(Incomplete):
            make.submit(actor, draft)

    def test_a_draft_thrown_away_takes_its_confirmations_along(self):
        actor, draft = self.draft(make.make_firm(), 6_660)
        with acting(actor):
            core.figures_confirm(actor=actor, application_id=draft.pk, said={"expenses=6660"})
            core.draft_delete(actor=actor, application_id=draft.pk)
        assert not FigureConfirmation.objects.exists()


class TestWorker:
    def test_events_lead_to_findings_and_twice_is_once(self):
        one = watch.case(1)
        watch.case(2, file_of=one)
        outbox.drain()
        assert Finding.objects.count() == 2
        keys = Trace.objects.count()
        with acting(make.SYSTEM):
            assert services.sweep(actor=make.SYSTEM, now=clock.now()) == 2
        assert (Finding.objects.count(), Trace.objects.count()) == (2, keys)

    def test_a_comparison_costs_the_same_whatever_there_is(self, django_assert_max_num_queries):
        first = watch.case(0)
        with django_assert_max_num_queries(60) as few:
            watch.compare(first)
        for number in range(1, 5):
            watch.compare(watch.case(number))
        with django_assert_max_num_queries(len(few)):
            watch.compare(first)

    def test_nothing_happens_to_the_application(self):
        one = watch.case(1)
        other = watch.case(2, file_of=one)
        before = list(Application.objects.order_by("pk").values())
        watch.compare(one, other)
        assert list(Application.objects.order_by("pk").values()) == before


class TestSettling:
    @pytest.fixture
    def row(self):
        one = watch.case(1)
        return watch.compare(one, watch.case(2, file_of=one))[0]

    def test_it_is_explained_with_a_reason_by_a_person(self, row):
        official = make.official_actor()
        with acting(official):
            services.finding_settle(
                actor=official, finding_id=row.pk, action="explain", reason="同じ代理店の見積書"
            )
        row.refresh_from_db()
        assert (row.status, row.handled_by_id) == (states.EXPLAINED, official.user_id)
        assert AuditRow.objects.filter(action="watch.finding.explain", reason=row.reason).exists()

    def test_reason_role_and_state_are_asked_for(self, row):
        official, approver = make.official_actor(), make.official_actor(make.SUMIDA, "approver")
        act = {"finding_id": row.pk, "action": "explain"}
        with acting(official), pytest.raises(ReasonMissing):
            services.finding_settle(actor=official, reason=" ", **act)
        with acting(approver), pytest.raises(RoleMissing):
            services.finding_settle(actor=approver, reason="理由", **act)
        with acting(official), pytest.raises(StaleState):
            services.finding_settle(
                actor=official, finding_id=row.pk, action="reopen", reason="理由"
            )

    def test_nobody_settles_what_was_found_on_their_own_firm(self, row):
        for firm in (row.firm, row.other.firm):
            official = make.official_actor()
            MembershipFactory(firm=firm, user_id=official.user_id)
            with acting(official), pytest.raises(GuardFailed, match="その企業の案件"):
                services.finding_settle(
                    actor=official, finding_id=row.pk, action="explain", reason="問題なし。"
                )

    def test_the_database_names_no_case_of_another_ward(self, row):
        with pytest.raises(IntegrityError), transaction.atomic():
            Finding.objects.filter(pk=row.pk).update(other_ward_id=OTA)


def rows_in_ring(rows, cases):
    by_id = {case.pk: case for case in cases}
    return [by_id[row.application_id] for row in rows]
