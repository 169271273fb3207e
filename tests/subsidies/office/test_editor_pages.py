"""The editor of a revision: what officials type is kept, problems stand at their field."""

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from subsidies.office import services
from subsidies.office.models import Revision, Trial
from subsidies.office.parts import PARTS
from subsidies.rules import eligibility
from subsidies.rules.scheme import SchemeRules
from tests.factories import subsidies as make
from tests.factories.programs import OTA
from tests.subsidies.office.acts import fields, shown, url
from tests.support.people import sign_in


@pytest.fixture
def editor(db, client):
    actor = make.official_actor()
    sign_in(client, User.objects.get(pk=actor.user_id))
    return actor


class TestEditor:
    @pytest.mark.parametrize("part", [part.code for part in PARTS])
    def test_every_part_opens_and_saves_as_it_is(self, client: Client, revision, part):
        page = client.get(url("part", revision.pk, part))
        assert page.status_code == 200
        if "items" in page.context:
            return
        data = fields(page.context["form"], counter=revision.counter)
        answer = client.post(url("part", revision.pk, part), data)
        assert answer.status_code == 302, answer.context["form"].errors
        after = Revision.objects.get(pk=revision.pk).rules
        assert SchemeRules.parse(after) == SchemeRules.parse(revision.rules)

    @pytest.mark.parametrize(
        "part", [part.code for part in PARTS if part.item and part.code not in {"scoring", "bonus"}]
    )
    def test_every_item_saves_as_it_is(self, client: Client, revision, part):
        count = len(client.get(url("part", revision.pk, part)).context["items"])
        for number in range(1, count + 1):
            page = client.get(url("item", revision.pk, part, number))
            counter = Revision.objects.get(pk=revision.pk).counter
            data = fields(page.context["form"], counter=counter)
            answer = client.post(url("item", revision.pk, part, number), data)
            assert answer.status_code == 302, (number, answer.context["form"].errors)
        after = Revision.objects.get(pk=revision.pk)
        assert SchemeRules.parse(after.rules) == SchemeRules.parse(revision.rules)

    def test_a_new_question_under_a_condition(self, client: Client, revision):
        given = {
            "label": "クラウドを使いますか",
            "task": "plan",
            "kind": "yes_no",
            "required": "on",
            "counter": revision.counter,
        }
        assert client.post(url("item", revision.pk, "questions", 0), given).status_code == 302
        revision.refresh_from_db()
        code = revision.rules["questions"][-1]["code"]
        follow = {
            **given,
            "label": "データの置き場所",
            "kind": "text",
            "when_asked": code,
            "when_operator": "is_true",
            "skip_graduates": "on",
            "counter": revision.counter,
        }
        assert client.post(url("item", revision.pk, "questions", 0), follow).status_code == 302
        made = Revision.objects.get(pk=revision.pk).rules["questions"][-1]
        assert made["when"] == {"asked": code, "operator": "is_true"}
        assert made["not_for"] == ["graduate"]
        preview = shown(client.get(url("preview", revision.pk)))
        assert "「クラウドを使いますか」が「はい」のとき" in preview
        graduates = client.get(url("preview", revision.pk) + "?class=graduate")
        assert "データの置き場所" not in shown(graduates)

    def test_a_choice_criterion_lets_in_who_may_apply(self, client: Client, revision):
        address = url("item", revision.pk, "criteria", 0)
        given = {
            "question": "業種はどれですか。",
            "kind": "choice",
            "operator": "one_of",
            "choices": "製造業\n建設業、設備工事業\n小売業",
            "accepted": "製造業\n建設業、設備工事業",
            "source": "ask",
            "refusal": "製造業と建設業の方が対象です。",
            "counter": revision.counter,
        }
        refused = client.post(address, {**given, "accepted": "製造業\n造船業"})
        assert refused.status_code == 422
        assert "「造船業」は選択肢にありません" in refused.context["form"].errors["accepted"][0]
        assert "造船業</textarea>" in refused.content.decode()
        assert client.post(address, {**given, "accepted": ""}).status_code == 422
        assert client.post(address, given).status_code == 302
        revision.refresh_from_db()
        made = revision.rules["criteria"][-1]
        codes = {label: code for code, label in made["choices"]}
        rules = SchemeRules.parse({**revision.rules, "criteria": [made], "stacking": []})
        for label, state in {
            "製造業": "eligible",
            "建設業、設備工事業": "eligible",
            "小売業": "ineligible",
        }.items():
            assert eligibility.judge(rules, {made["code"]: codes[label]}, {}).state == state
        again = client.get(url("item", revision.pk, "criteria", len(revision.rules["criteria"])))
        assert again.context["form"].initial["accepted"] == ["製造業", "建設業、設備工事業"]
        data = fields(again.context["form"], counter=revision.counter)
        assert client.post(again.request["PATH_INFO"], data).status_code == 302
        assert Revision.objects.get(pk=revision.pk).rules["criteria"][-1] == made

    def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
        self, client: Client, revision
    ):
        page = client.get(url("part", revision.pk, "money"))
        data = fields(page.context["form"], rate="5/4", floor_yen="９００，０００")
        answer = client.post(url("part", revision.pk, "money"), data)
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {"rate"}
        assert "5/4" in answer.content.decode()
        data["rate"] = "3/4"
        answer = client.post(url("part", revision.pk, "money"), data)
        assert answer.context["form"].errors == {"floor_yen": ["下限が上限を超えています。"]}
        assert Revision.objects.get(pk=revision.pk).counter == revision.counter

    def test_a_threshold_of_one_industry_is_set_on_the_page(self, client: Client, revision):
        codes = [item["code"] for item in revision.rules["criteria"]]
        address = url("item", revision.pk, "criteria", codes.index("employees") + 1)
        data = fields(client.get(address).context["form"])
        for wrong in ("ゴム：900", "99：900", "19：多い"):
            refused = client.post(address, {**data, "by_industry": wrong})
            assert refused.context["form"].errors.keys() == {"by_industry"}, wrong
        assert client.post(address, {**data, "by_industry": "１９：９００"}).status_code == 302
        rules = SchemeRules.parse(Revision.objects.get(pk=revision.pk).rules)
        assert rules.criterion("employees").by_industry == (("19", 900),)
        assert client.get(address).context["form"].initial["by_industry"] == ["19：900"]

    def test_a_scheme_of_another_ward_is_named_by_its_ward(self, client: Client, revision):
        given = {"name": "大田区の補助金", "relation": "prohibits", "scheme": "DX1", "ward": OTA}
        address = url("item", revision.pk, "stacking", 0)
        assert client.post(address, given).status_code == 302
        rule = SchemeRules.parse(Revision.objects.get(pk=revision.pk).rules).stacking[-1]
        assert (rule.scheme, rule.ward) == ("DX1", OTA)
        page = shown(client.get(url("compare", revision.scheme_id) + "?before=1&after=draft"))
        assert "大田区" in page

    def test_dated_requests_are_switched_on_with_the_document_they_need(
        self, client: Client, revision
    ):
        address = url("part", revision.pk, "quotes")
        data = fields(client.get(address).context["form"], dated_request="on", needed="on")
        assert data["document"] == "quotes"
        before = len(revision.rules["documents"])
        assert client.post(address, data).status_code == 302
        rules = SchemeRules.parse(Revision.objects.get(pk=revision.pk).rules)
        assert rules.quotes.dated_request
        assert rules.document(rules.quotes.request_document).name == "見積依頼書"
        assert len(rules.documents) == before + 1
        # Once there, it is chosen and not made again.
        data = fields(client.get(address).context["form"], counter="")
        assert data["request_document"] == "quote_requests"
        assert client.post(address, {**data, "request_document": "registry"}).status_code == 302
        rules = SchemeRules.parse(Revision.objects.get(pk=revision.pk).rules)
        assert (rules.quotes.request_document, len(rules.documents)) == ("registry", before + 1)

    def test_ties_and_what_is_left_are_set_on_the_page(self, client: Client, revision, editor):
        sheet = {"criteria": [{"code": "a", "name": "効果", "max": 5, "weight": 4}]}
        with acting(editor):
            services.revision_save(
                actor=editor, revision_id=revision.pk, values={"scoring": sheet}, counter=None
            )
        address = url("part", revision.pk, "review")
        data = fields(client.get(address).context["form"])
        twice = client.post(address, {**data, "tie_1": "a", "tie_2": "a"})
        assert twice.context["form"].errors.keys() == {"tie_2"}
        saved = client.post(
            address, {**data, "tie_1": "a", "tie_3": "amount", "partial_grant": "on"}
        )
        assert saved.status_code == 302
        rules = SchemeRules.parse(Revision.objects.get(pk=revision.pk).rules)
        assert (rules.ties, rules.partial_grant) == (("a", "amount"), True)
        assert client.get(address).context["form"].initial["tie_2"] == "amount"

    def test_advances_and_charges_are_set_on_the_page(self, client: Client, revision):
        address = url("part", revision.pk, "payment")
        data = fields(client.get(address).context["form"])
        assert data["late_rate"] == "10.95"
        for wrong in ("10.955", "-1", "101", "年10%", "NaN"):
            refused = client.post(address, {**data, "late_rate": wrong})
            assert refused.context["form"].errors.keys() == {"late_rate"}, wrong
        changed = {"late_rate": "３．５％", "advance_payment": "on", "advance_percent": "80"}
        assert client.post(address, {**data, **changed}).status_code == 302
        rules = SchemeRules.parse(Revision.objects.get(pk=revision.pk).rules)
        assert (rules.advance_payment, rules.advance_percent) == (True, 80)
        assert (rules.recovery.late_rate, rules.recovery.surcharge_rate) == (350, 1095)

    def test_a_stale_tab_keeps_its_text(self, client: Client, revision, editor):
        page = client.get(url("part", revision.pk, "money"))
        data = fields(page.context["form"], cap_yen="700000", counter=revision.counter)
        with acting(editor):
            services.revision_save(
                actor=editor,
                revision_id=revision.pk,
                values={"floor_yen": 1_000},
                counter=None,
            )
        answer = client.post(url("part", revision.pk, "money"), data)
        assert answer.status_code == 409
        assert "700000" in answer.content.decode()
        assert "ほかの人が" in shown(answer)

    def test_items_move_and_go(self, client: Client, revision):
        before = [item["code"] for item in revision.rules["categories"]]
        arrange = url("arrange", revision.pk, "categories")
        client.post(arrange, {"act": "down 1", "counter": 1})
        client.post(arrange, {"act": "remove 2", "counter": 2})
        after = [item["code"] for item in Revision.objects.get(pk=revision.pk).rules["categories"]]
        assert after == [before[1], *before[2:]]
        answer = client.post(arrange, {"act": "up 99"}, follow=True)
        assert "選んだ行は、もうありません" in answer.content.decode()

    def test_a_removed_section_is_told_on_the_overview(self, client: Client, revision):
        client.post(url("arrange", revision.pk, "tasks"), {"act": "remove 1", "counter": 1})
        page = client.get(url("revision", revision.pk))
        assert "課題 applicant がありません" in shown(page)

    def test_the_trial_says_it_in_a_sentence(self, client: Client, revision, call_, editor):
        make.make_submitted(call=call_)
        client.post(url("part", revision.pk, "money"), {})
        answer = client.post(url("trial", revision.pk), {"year": call_.fiscal_year}, follow=True)
        assert "1件中、この規則では0件が不交付" in shown(answer)
        assert Trial.objects.get().finished_at

    @pytest.mark.parametrize("year", ["999999", "1"])
    def test_a_year_that_is_none_is_refused(self, client: Client, revision, year):
        answer = client.post(url("trial", revision.pk), {"year": year}, follow=True)
        assert "西暦の4桁" in shown(answer)
        assert not revision.trials.exists()

    def test_a_large_trial_goes_to_a_worker(
        self, client: Client, revision, call_, monkeypatch, django_capture_on_commit_callbacks
    ):
        from subsidies.office import tasks
        from subsidies.office.views import revisions

        sent = []
        monkeypatch.setattr(revisions, "AT_ONCE", 0)
        monkeypatch.setattr(tasks.trial, "apply_async", lambda *a, **k: sent.append((a, k)))
        make.make_submitted(call=call_)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(url("trial", revision.pk), {"year": call_.fiscal_year})
        page = client.get(url("trial", revision.pk))
        assert page["Refresh"] == "2"
        assert "1件のうち0件" in shown(page)
        assert len(sent) == 1

    def test_who_only_reads_cannot_save(self, client: Client, call_):
        actor = make.official_actor()
        with acting(actor):
            found = services.revision_begin(actor=actor, scheme_id=call_.version.scheme_id)
        approver = make.official_actor(make.SUMIDA, Role.APPROVER)
        sign_in(client, User.objects.get(pk=approver.user_id))
        assert client.get(url("part", found.pk, "money")).status_code == 200
        assert client.post(url("part", found.pk, "money"), {}).status_code == 404
        assert client.post(url("move", found.pk, "drop")).status_code == 302
        assert Revision.objects.get(pk=found.pk).status == "editing"
