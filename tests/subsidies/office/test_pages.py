"""The office's other pages: calls, new schemes, two versions side by side, budgets."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from kpi.models import Target
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from subsidies.models import Call, SchemeVersion
from subsidies.office.models import Revision
from tests.factories import subsidies as make
from tests.factories.subsidies import rules_json
from tests.subsidies.office.acts import fields, shown, url
from tests.support.people import sign_in


@pytest.fixture
def editor(db, client):
    actor = make.official_actor()
    sign_in(client, User.objects.get(pk=actor.user_id))
    return actor


class TestCallPage:
    def test_firms_read_what_else_the_rules_ask(self, client: Client, db):
        rules = rules_json(
            "DX1",
            report_days=20,
            report_latest="03-13",
            stacking=[
                {"relation": "requires", "name": "診断補助金", "scheme": "DX0"},
                {"relation": "stacks", "name": "国の税制"},
            ],
        )
        call = make.make_call(rules=rules)
        page = shown(client.get(reverse("subsidies:call_detail", args=[call.pk])))
        assert "先に「診断補助金」を受けていることが必要です" in page
        assert "「国の税制」とあわせて受けられます" in page
        assert "1,000,000円（税込）以上の経費は、2者以上の見積書が必要です" in page
        assert "事業が終わった日から20日まで（遅くとも令和9年3月13日まで）" in page


class TestNewSchemes:
    GIVEN = {
        "name": "見える化補助金",
        "summary": "機械の稼働を数字で見る。",
        "stage": 1,
        "code": "ｄｘ９",
        "source": "令和8年度要綱",
    }

    def test_from_the_list_to_the_first_revision(self, client: Client, editor, call_):
        address = url("scheme_new")
        assert address in client.get(url("schemes")).content.decode()
        given = {**self.GIVEN, "version": call_.version_id}
        refused = client.post(address, {**given, "code": "略号"})
        assert refused.context["form"].errors.keys() == {"code"}
        assert "機械の稼働を数字で見る" in refused.content.decode()
        taken = client.post(address, {**given, "code": call_.version.scheme.code})
        assert (taken.status_code, "すでにあります" in shown(taken)) == (422, True)
        made = client.post(address, given, follow=True)
        assert "新しい制度" in shown(made)
        revision = Revision.objects.get()
        assert revision.scheme.code == "DX9"
        assert client.get(url("scheme", revision.scheme_id)).status_code == 200
        assert "DX9" not in shown(client.get(reverse("subsidies:call_list")))
        compared = client.get(url("compare", revision.scheme_id) + "?after=draft")
        assert "同じです" in shown(compared)

    def test_a_new_name_is_shown_in_the_comparison(self, client: Client, revision):
        address = url("about", revision.pk)
        data = fields(client.get(address).context["form"], counter=revision.counter)
        assert "stage" not in data
        assert client.post(address, {**data, "name": ""}).status_code == 422
        assert client.post(address, {**data, "name": "改めた名前"}).status_code == 302
        assert client.post(address, {**data, "name": "遅い名前"}).status_code == 409
        page = shown(client.get(url("compare", revision.scheme_id) + "?before=1&after=draft"))
        assert "改めた名前" in page
        assert "ちがうところ：1か所" in page


class TestComparison:
    def test_only_what_differs_is_shown(self, client: Client, editor, call_):
        rules = {**call_.version.rules, "cap_yen": 600_000, "rate": "1/2"}
        SchemeVersion.objects.create(
            scheme=call_.version.scheme,
            number=2,
            rules=rules,
            published_at=clock.database_now(),
        )
        address = url("compare", call_.version.scheme_id)
        page = client.get(address)
        text = shown(page)
        assert "ちがうところ：2か所" in text
        assert "500,000円" in text
        assert "600,000円" in text
        assert "中古品" not in text
        assert "中古品" in shown(client.get(address + "?all=on"))
        assert "同じです" in shown(client.get(address + "?before=2&after=2"))

    def test_addresses_that_make_no_sense(self, client: Client, editor, call_):
        address = url("compare", call_.version.scheme_id)
        assert client.get(address + "?before=x&after=99").status_code == 200
        assert client.get(url("version", call_.version.scheme_id, 9)).status_code == 404
        assert client.get(url("part", 1, "nonsense")).status_code == 404


class TestBudgets:
    @pytest.fixture
    def admin(self, db, client):
        actor = make.official_actor(make.SUMIDA, Role.WARD_ADMIN)
        sign_in(client, User.objects.get(pk=actor.user_id))
        return actor

    def test_the_page_adds_up_and_names_what_the_targets_need(self, client: Client, admin):
        grant = make.make_grant()
        make.make_submitted(call=grant.call)
        page = client.get(url("budgets"))
        total = page.context["total"]
        assert total.free_yen + total.applied_yen + total.committed_yen == total.budget_yen
        needed = {item.stage: item.needed_yen for item in page.context["volumes"]}
        # 150 grants at 500,000 yen; the other stages have no call and so no cap yet.
        assert needed == {1: 75_000_000, 2: 0, 3: 0}
        assert "75,000,000円" in shown(page)

    def test_what_the_targets_need_follows_the_targets_and_the_caps(self, client: Client, admin):
        for stage in (1, 2, 3):
            make.make_call(stage=stage)
        page = client.get(url("budgets"))
        assert page.context["needed_yen"] == 425_000_000
        year = page.context["year"]
        Target.objects.create(
            indicator="2-OP3", ward_id=make.SUMIDA, fiscal_year=year, value=2, basis="試験"
        )
        make.make_call(stage=1, rules=rules_json("DX1", cap_yen=900_000))
        make.make_call(stage=1, rules=rules_json("DX1", cap_yen=700_000))
        found = {item.stage: item for item in client.get(url("budgets")).context["volumes"]}
        assert (found[3].grants, found[3].needed_yen) == (2, 20_000_000)
        assert found[1].cap_yen == 700_000

    def test_a_queue_of_a_first_come_call(self, client: Client, admin):
        call = make.make_call(budget_yen=600_000)
        make.make_submitted(call=call)
        make.make_submitted(call=call)
        page = client.get(url("call", call.pk))
        assert [row.inside for row in page.context["queue"]] == [True, False]
        assert "1件が予算待ちです" in shown(page)

    def test_the_budget_form_keeps_what_was_typed(self, client: Client, admin):
        grant = make.make_grant()
        address = url("call_budget", grant.call_id)
        given = {"budget_yen": "１円", "reason": "減額補正"}
        answer = client.post(address, given)
        assert answer.status_code == 422
        assert "すでに499,000円" in shown(answer)
        assert "減額補正" in shown(answer)
        assert client.post(address, {**given, "budget_yen": "600万円"}).status_code in {302, 422}

    def test_a_call_is_made_on_the_page(self, client: Client, admin, call_):
        this = clock.fiscal_year(clock.today())
        last = clock.fiscal_year_bounds(this)[1]
        given = {
            "fiscal_year": this,
            "round": 2,
            "mode": "first_come",
            "opens_on": last - dt.timedelta(days=60),
            "closes_on": last - dt.timedelta(days=30),
            "project_ends_on": last,
            "contact": "産業振興課",
            "budget_yen": "1,000,000",
            "reserved_yen": "",
        }
        address = url("call_new", call_.version.scheme_id)
        assert client.post(address, {**given, "round": 99_999_999}).status_code == 422
        refused = client.post(address, {**given, "closes_on": given["opens_on"], "round": 1})
        assert refused.status_code == 422
        assert client.post(address, given).status_code == 302
        made = Call.objects.get(round=2)
        assert made.opens_at.astimezone(clock.TOKYO).hour == 9

    def test_pages_cost_the_same_however_many(
        self, client: Client, admin, django_assert_max_num_queries
    ):
        for _number in range(3):
            make.make_submitted(call=make.make_call())
        client.get(url("budgets"))
        with django_assert_max_num_queries(16):
            client.get(url("budgets"))
        with django_assert_max_num_queries(16):
            client.get(url("schemes"))
