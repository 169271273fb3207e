"""Evaluations ordered, made, cancelled and read; who is in the panel; bundles for researchers."""

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from dojo.models import Graduation
from kpi.effect import selectors, services
from kpi.effect.models import Bundle, Evaluation, Question
from kpi.effect.rules.study import Group, Out
from kpi.effect.selectors import sources
from kpi.effect.services import runs
from kpi.series.models import Accounts, Consent
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import ReasonMissing, RoleMissing
from programs.models import Qualification
from subsidies import grant_states
from subsidies.models import Grant
from tests.factories import dojo as make_dojo
from tests.factories import subsidies as make
from tests.factories.programs import FirmFactory
from tests.support.people import assign, make_person, sign_in
from tests.support.world_effect import make_evaluation

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 30)
REASON = "○○大学△△研究室。効果の再現のため。"


@pytest.fixture
def staff():
    return assign(make_person("policy@example.jp", name="政策 花子"), Role.POLICY)


@pytest.fixture
def policy(staff) -> Actor:
    return Actor(staff.pk, "政策 花子", Hat.POLICY, frozenset({Role.POLICY}))


@pytest.fixture
def reader(client: Client, staff) -> Client:
    sign_in(client, staff)
    return client


def accounts(firm, *, years=range(2021, 2026), source="firm", profit=1_000_000):
    for year in years:
        Accounts.objects.create(
            firm=firm,
            ward_id=make.SUMIDA,
            period_end=date(year, 3, 31),
            number=1,
            source=source,
            sales=50_000_000,
            cost=30_000_000,
            labour=9_000_000,
            profit=profit,
            depreciation=500_000,
            rent=300_000,
            taxes=200_000,
            people=8,
        )


def agreed(firm, said):
    Consent.objects.create(
        firm=firm, ward_id=make.SUMIDA, agreed=said, text="決算を評価に使います。"
    )


def test_who_is_compared_follows_grants_and_consent():
    grant = make.make_grant()
    Grant.objects.filter(pk=grant.pk).update(
        status=grant_states.FINALISED, final_yen=1, completed_on=date(2024, 9, 1)
    )
    never, silent, unwilling = (make.make_firm() for _n in range(3))
    for firm, said in ((grant.firm, True), (never, True), (silent, None), (unwilling, False)):
        accounts(firm)
        if said is not None:
            agreed(firm, said)
    years = sources.accounts(letter="A", as_of=TODAY)
    found = {one.firm_id: one for one in sources.candidates(years)}
    assert (found[grant.firm_id].group, found[grant.firm_id].cohort) == (Group.USERS, 2025)
    assert (found[never.pk].group, found[never.pk].out) == (Group.NEVER, None)
    assert [found[firm.pk].out for firm in (silent, unwilling)] == [Out.NO_CONSENT] * 2
    assert {row.firm_id for row in years} == {grant.firm_id, never.pk}
    Grant.objects.filter(pk=grant.pk).update(status=grant_states.REVOKED)
    (one,) = [c for c in sources.candidates(years) if c.firm_id == grant.firm_id]
    assert (one.group, one.cohort, one.out) == (Group.NEVER, 0, Out.REVOKED)


def graduated(enrolment, course, *, status="confirmed"):
    fact = Qualification.objects.create(
        firm=enrolment.firm,
        ward_id=enrolment.ward_id,
        kind=enrolment.cohort.course.fact_kind,
        number=f"N{enrolment.pk}",
        person_name="試験",
        granted_on=TODAY,
    )
    Graduation.objects.create(
        enrolment=enrolment,
        ward_id=enrolment.ward_id,
        firm=enrolment.firm,
        person_id=enrolment.person_id,
        course_code=course,
        status=status,
        assessment={},
        confirmed_on=TODAY,
        number=fact.number,
        fact=fact,
    )


def test_the_dojo_is_judged_by_its_own_graduates_and_those_it_turned_away():
    dojo, leaders = (make_dojo.make_cohort(code=code, capacity=3) for code in ("dojo", "leader"))
    rows = [row for _actor, row in make_dojo.enrolled(dojo, 4)]
    others = [row for _actor, row in make_dojo.enrolled(leaders, 4)]
    graduated(rows[0], "dojo")
    graduated(rows[1], "dojo", status="revoked")
    graduated(others[0], "leader")
    found = sources.dojo_followers(clock.today() + dt.timedelta(days=400))
    assert {one.firm_id: one.is_user for one in found} == {
        rows[0].firm_id: True,
        rows[3].firm_id: False,
    }


def test_worker_makes_what_was_ordered_and_data_that_cannot_answer_are_a_verdict(policy):
    row = services.evaluation_start(actor=policy, question="grant")
    assert services.evaluation_start(actor=policy, question="grant") == row
    services.evaluation_work(evaluation_id=row.pk, today=TODAY)
    row.refresh_from_db()
    assert row.phase == Evaluation.Phase.DONE
    assert (row.result["verdict"]["word"], row.result["code"]) == ("open", "no_rows")
    found = selectors.verdict()
    assert (found.word, found.estimate, found.n) == ("判定不能", None, 0)
    actions = set(AuditRow.objects.values_list("action", flat=True))
    assert {"effect.started", "effect.made"} <= actions
    services.evaluation_work(evaluation_id=row.pk, today=TODAY)
    assert AuditRow.objects.filter(action="effect.made").count() == 1


def test_cancelled_while_it_runs_leaves_nothing(policy, monkeypatch):
    row = services.evaluation_start(actor=policy, question="lab")
    begin = runs._begin

    def begun(evaluation_id, today):
        found = begin(evaluation_id, today)
        services.evaluation_cancel(actor=policy, public_id=row.public_id)
        return found

    monkeypatch.setattr(runs, "_begin", begun)
    services.evaluation_work(evaluation_id=row.pk, today=TODAY)
    row.refresh_from_db()
    assert (row.phase, row.result) == (Evaluation.Phase.CANCELLED, {})
    with pytest.raises(services.Refused):
        services.evaluation_cancel(actor=policy, public_id=row.public_id)


def test_only_policy_staff_order_and_an_ended_role_stops_the_worker(policy, staff):
    official = make.official_actor()
    with pytest.raises(RoleMissing):
        services.evaluation_start(actor=official, question="grant")
    row = services.evaluation_start(actor=policy, question="dojo")
    staff.is_active = False
    staff.save()
    services.evaluation_work(evaluation_id=row.pk, today=TODAY)
    row.refresh_from_db()
    assert row.phase == Evaluation.Phase.FAILED
    assert "役割が終わっている" in row.problem


def test_lost_evaluations_are_found_again(policy):
    row = services.evaluation_start(actor=policy, question="dojo")
    later = row.created_at + dt.timedelta(minutes=2)
    with acting(Actor.system("test")):
        assert services.lost(now=row.created_at) == []
        assert services.lost(now=later) == [row.pk]


def test_page_states_the_verdict_and_shows_every_table(reader):
    row = make_evaluation()
    page = reader.get(reverse("effect:evaluation", args=[row.public_id]))
    text = page.content.decode()
    for words in (
        "達成：補助金は付加価値額の伸びを+5.0ポイント以上高めたと言えます",
        "この差を効果と読まないでください",
        "先行研究と食い違います",
        "RIETI 20-J-032",
        "利用前の動きに違いは見つかりません",
        "業種：金属製品",
        "数値を表で見る",
    ):
        assert words in text
    assert len(page.context["page"].forest.drawings[0].marks) == 4
    assert reader.get(reverse("effect:current")).context["row"] == row
    dashboard = reader.get(reverse("kpi:overview", args=[2026])).content.decode()
    assert "23区全体の効果検証による効果 +" in dashboard
    assert (
        "この問いはまだ検証していません"
        in reader.get(reverse("effect:current"), {"question": "lab"}).content.decode()
    )


def test_the_line_has_its_own_verdict_band_and_firms_on_both_sides(reader):
    row = make_evaluation()
    rdd = row.result["rdd"]
    text = reader.get(reverse("effect:evaluation", args=[row.public_id])).content.decode()
    near = rdd["near"]
    for words in (
        "線の上下で企業の数が不自然に違うため、この比べ方だけでは判定できません。",
        (
            f"線の下{rdd['below']:,}社、上{rdd['above']:,}社のうち、線から{rdd['bandwidth']:.1f}点以内の"
            f"{near['below']:,}社と{near['above']:,}社"
        ),
        "線を越えると、交付を受ける割合が",
    ):
        assert words in text
    rdd["verdict"] |= {"why": "wide"}
    row.save()
    text = reader.get(reverse("effect:evaluation", args=[row.public_id])).content.decode()
    assert "誤差の範囲が広く、この比べ方だけでは判定できません。" in text
    rdd["verdict"] |= {"why": "untested"}
    row.save()
    text = reader.get(reverse("effect:evaluation", args=[row.public_id])).content.decode()
    assert "不自然に違わないかを確かめられないため" in text
    rdd |= {"points": None, "verdict": {**rdd["verdict"], "why": "no_data"}, "why": "few"}
    row.save()
    text = reader.get(reverse("effect:evaluation", args=[row.public_id])).content.decode()
    assert "点数の線の上下に企業が20社ずつないため" in text
    assert f"線の下は{rdd['below']:,}社" in text
    assert "この比べ方だけでは" not in text


def file_of(reader, row):
    answer = reader.get(reverse("effect:file", args=[row.public_id, "csv"]))
    return [line[:7] for line in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))]


def test_file_writes_no_zero_for_what_the_line_never_measured(reader):
    row = make_evaluation()
    rdd = row.result["rdd"]
    lines = [line[1:] for line in file_of(reader, row) if line[0] == "点数の線の前後"]
    assert ["線の下（帯の中）", "", "", "", "", f"{rdd['near']['below']:,}"] in lines
    rdd |= {"points": None, "estimate": None, "bandwidth": None, "why": "few", "above": 1}
    rdd["near"] = {"below": 0, "above": 0}
    row.save()
    assert [line[1:] for line in file_of(reader, row) if line[0] == "点数の線の前後"] == [
        ["点数の線の上下に企業が20社ずつないため、計算できません。", "", "", "", "", ""],
        ["線の下", "", "", "", "", f"{rdd['below']:,}"],
        ["線の上", "", "", "", "", "非公表"],
        ["帯の幅（点）", "", "", "", "", ""],
    ]


def test_small_counts_stay_untold_and_so_do_those_that_tell_them(reader):
    row = make_evaluation()
    row.result["flow"] = [
        {"group": "users", "out": "", "n": 40},
        {"group": "users", "out": "loss", "n": 2},
        {"group": "never", "out": "", "n": 90},
        {"group": "never", "out": "loss", "n": 5},
    ]
    row.save()
    page = reader.get(reverse("effect:evaluation", args=[row.public_id]))
    flow = dict(page.context["page"].flow)
    assert flow["利用企業"][1] == "非公表"
    assert sum(cell == "非公表" for cells in flow.values() for cell in cells) >= 4
    told = ["企業の数", "利用企業 付加価値額が0以下", "", "", "", "", "非公表"]
    assert told in file_of(reader, row)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ({"word": "missed", "why": "", "more": None, "years": None}, "未達：補助金が高めた伸びは"),
        ({"word": "open", "why": "wide", "more": 1406, "years": 36}, "利用企業があと約1,406社"),
        ({"word": "open", "why": "trend", "more": None, "years": None}, "動きが違い"),
        ({"word": "open", "why": "few", "more": 8, "years": None}, "誤差を見積もれません"),
    ],
)
def test_each_verdict_has_its_words(reader, verdict, words):
    row = make_evaluation()
    row.result["verdict"] = verdict
    row.save()
    assert words in reader.get(reverse("effect:current")).content.decode()


@pytest.mark.parametrize(
    ("low", "headline", "prior"),
    [
        (0.8, "伸びを高めたとは言えますが、+5.0ポイントに届いたとまでは言えません", "食い違います"),
        (-0.8, "誤差の範囲に0も+5.0ポイントも入り", "矛盾しません"),
    ],
)
def test_an_effect_that_is_apart_from_zero_is_not_called_nothing(reader, low, headline, prior):
    row = make_evaluation()
    row.result["points"] |= {"value": 3.7, "low": low, "high": 6.6}
    row.result["verdict"] = {"word": "open", "why": "wide", "more": 494, "years": 12}
    row.save()
    text = reader.get(reverse("effect:current")).content.decode()
    assert headline in text
    assert prior in text


def test_page_speaks_english(reader, staff):
    staff.language = "en"
    staff.save()
    page = reader.get(reverse("effect:evaluation", args=[make_evaluation().public_id]))
    assert page.context["page"].word == "Reached"


def test_bundle_needs_a_reason_names_nobody_and_two_cannot_be_laid_side_by_side(policy):
    row = make_evaluation()
    with pytest.raises(ReasonMissing):
        services.bundle_make(actor=policy, public_id=row.public_id, reason="研究")
    made, packed = services.bundle_make(actor=policy, public_id=row.public_id, reason=REASON)
    assert made.sha256 == hashlib.sha256(packed).hexdigest()
    archive = zipfile.ZipFile(io.BytesIO(packed))
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    rows = list(csv.DictReader(io.StringIO(archive.read("panel.csv").decode())))
    assert len(rows) == 6
    assert "8101" not in packed.decode("latin-1")
    assert {row["outcome"] for row in rows if row["year"] == "2020"} == {"0.0"}
    assert json.loads(archive.read("settings.json"))["control"] == "not_yet"
    compile(archive.read("recompute.py"), "recompute.py", "exec")
    assert "size=5" in archive.read("README.txt").decode()
    _again, other = services.bundle_make(actor=policy, public_id=row.public_id, reason=REASON)
    names = {
        row["firm"]
        for row in csv.DictReader(
            io.StringIO(zipfile.ZipFile(io.BytesIO(other)).read("panel.csv").decode())
        )
    }
    assert names.isdisjoint({row["firm"] for row in rows})
    audit = AuditRow.objects.filter(action="effect.bundle_made").order_by("pk").first()
    assert (audit.reason, audit.detail["firms"]) == (REASON, 2)
    assert Bundle.objects.count() == 2


def test_no_bundle_of_a_firm_that_has_taken_its_consent_back(reader):
    row = make_evaluation()
    firm = FirmFactory(pk=8101)
    agreed(firm, True)
    agreed(firm, False)
    page = reader.post(reverse("effect:bundle", args=[row.public_id]), {"reason": REASON})
    assert page.status_code == 422
    assert "同意を取り消した企業があります" in page.content.decode()
    assert not Bundle.objects.exists()
    assert AuditRow.objects.get(action="effect.refused").detail == {"act": "bundle"}


def test_bundle_is_taken_from_the_page(reader):
    row = make_evaluation()
    address = reverse("effect:bundle", args=[row.public_id])
    short = reader.post(address, {"reason": "研究"})
    assert short.status_code == 422
    assert "10字以上" in short.content.decode()
    taken = reader.post(address, {"reason": REASON})
    assert taken["Content-Type"] == "application/zip"
    assert REASON in reader.get(address).content.decode()


def test_order_from_the_page_shows_progress_and_can_be_stopped(reader):
    begun = reader.post(reverse("effect:start"), {"question": "dojo", "letter": "A"}, follow=True)
    assert begun["Refresh"]
    assert "検証を中止する" in begun.content.decode()
    row = Evaluation.objects.get(question=Question.DOJO)
    stopped = reader.post(reverse("effect:cancel", args=[row.public_id]), follow=True)
    assert "結果は保存していません" in stopped.content.decode()
    wrong = reader.post(reverse("effect:start"), {"question": "weather"}, follow=True)
    assert "問いと計算式を選んでください" in wrong.content.decode()


def test_who_was_compared_stands_as_cards_on_a_narrow_screen(reader):
    text = reader.get(
        reverse("effect:evaluation", args=[make_evaluation().public_id])
    ).content.decode()
    who = text.split('id="who"')[1].split("</table>")[0]
    assert 'class="ui-table" data-stack' in who
    assert who.count("<td") == who.count("data-label=") > 0
