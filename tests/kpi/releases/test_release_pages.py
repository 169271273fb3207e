"""The pages: what the public reads and never reads, how a release is made and approved, targets."""

import csv
import datetime as dt
import gzip
import hashlib
import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpi import services as figures
from kpi.models import Target
from kpi.releases.models import Release, TargetVersion
from kpi.releases.services import Wanted, release_make, release_store, verification
from kpi.releases.states import APPROVED
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.models import AuditRow
from tests.factories.programs import FirmFactory
from tests.support.people import assign, make_person, sign_in
from tests.support.releases import MARCH, fact, final, policy, revised

pytestmark = pytest.mark.django_db

SUMIDA, OTA, KOTO = 13107, 13111, 13108
OF_ONE = ("release", "csv", "json", "canonical", "verify")


def staff(email, role, ward_id=None):
    known = User.objects.filter(email=email).first() or make_person(email)
    client = Client()
    sign_in(client, assign(known, role, ward_id=ward_id))
    return client


def grants(count, ward=SUMIDA):
    firm = FirmFactory()
    return [fact(firm, f"{ward}-{key}", ward=ward) for key in range(count)]


def test_many_facts_behind_a_figure_come_page_by_page_and_as_a_file():
    """Sixty facts: as many queries as for one, a page that stays small, a file with all of them."""
    row = final(policy())
    sumida = staff("sumida@example.jp", Role.REVIEWER, SUMIDA)
    address = reverse("releases:facts", args=[row.pk])
    query = {"indicator": "2-OP1", "period": "2025-04-01", "ward": SUMIDA}

    def looked(**more):
        with CaptureQueriesContext(connection) as asked:
            page = sumida.get(address, query | more)
        return page, len(asked)

    grants(1)
    looked()
    _page, few = looked()
    grants(60, KOTO)
    firm = FirmFactory()
    for key in range(60):
        fact(firm, f"more-{key}")
    page, many = looked()
    assert many == few
    assert len(page.context["page"]) == 50
    assert "61件の事実が、値を変えました" in page.content.decode()
    assert len(page.content) < 80_000
    assert len(looked(page=2)[0].context["page"]) == 11
    file = looked(format="csv")[0].content.decode("utf-8-sig")
    assert len(file.splitlines()) == 62
    assert looked(format="xlsx")[0].content.startswith(b"PK")
    assert looked(format="doc")[0].status_code == 404
    last = AuditRow.objects.filter(action="releases.facts_viewed", detail__format="csv").get()
    assert last.detail["rows"] == 61


def public_of(code):
    return [reverse(f"releases:{name}", args=[code]) for name in OF_ONE]


def test_before_its_hour_a_release_has_no_address_and_no_number_anywhere():
    grants(77)
    final(policy(), hours=3)
    everybody = [Client(), staff("policy-one@example.jp", Role.POLICY)]
    for client in everybody:
        for address in public_of("fy2025"):
            assert client.get(address).status_code == 404
        home = client.get(reverse("releases:public"), {"release": "fy2025", "indicator": "2-OP1"})
        assert home.status_code == 200
        assert "公表した指標はまだありません" in home.content.decode()
        assert "77" not in home.content.decode().split("<main")[1]


def test_the_public_reads_values_wards_and_years_but_no_small_cell():
    for ward, count in ((SUMIDA, 40), (OTA, 2), (KOTO, 7)):
        grants(count, ward)
    row = final(policy())
    answer = Client().get(reverse("releases:public"), {"indicator": "2-OP1"})
    text = answer.content.decode()
    assert "令和7年度 確報" in text
    assert "2区は非公表です" in text
    wards = {name: value for name, value, _n in answer.context["board"].wards}
    assert (wards["墨田区"], wards["大田区"], wards["江東区"], wards["港区"]) == (
        "40件",
        "非公表",
        "非公表",
        "0件",
    )
    assert wards["23区の合計"] == "49件"
    assert Client().get(reverse("releases:release", args=[row.code])).status_code == 200
    assert Client().get(reverse("releases:release", args=["fy2019"])).status_code == 404


def test_open_data_says_the_same_and_proves_it():
    for ward, count in ((SUMIDA, 40), (OTA, 2), (KOTO, 7)):
        grants(count, ward)
    row = final(policy())
    table = Client().get(reverse("releases:csv", args=[row.code]))
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    found = {
        line["全国地方公共団体コード"]: (line["値"], line["備考"])
        for line in rows
        if line["指標コード"] == "2-OP1" and line["期間の初日"] == "2025-04-01"
    }
    assert found["13107"] == ("40", "")
    assert found["13111"] == ("", "秘匿")
    assert found["13100"] == ("49", "")
    data = json.loads(Client().get(reverse("releases:json", args=[row.code])).content)
    [grant] = [item for item in data["indicators"] if item["code"] == "2-OP1"]
    for field in ("definition", "verification", "source", "accuracy", "limits", "compensation"):
        assert grant[field]
    statuses = {item["area"]: item["status"] for item in grant["values"]}
    assert (statuses[OTA], statuses[SUMIDA]) == ("withheld", "")
    text = Client().get(reverse("releases:canonical", args=[row.code]))
    assert hashlib.sha256(text.content).hexdigest() == row.public_digest
    assert data["release"]["public_sha256"] == row.public_digest
    again = Client().get(
        reverse("releases:canonical", args=[row.code]), headers={"if-none-match": text["ETag"]}
    )
    assert again.status_code == 304
    proof = Client().get(reverse("releases:verify", args=[row.code])).content.decode()
    assert "値は変わっていません" in proof
    # The digest of the full figures would let anybody try out what the withheld ones are.
    file = Client().get(reverse("releases:json", args=[row.code])).content.decode()
    assert row.digest not in proof + file + text.content.decode()


def test_a_restatement_is_told_with_its_reason_and_the_old_figure_stays():
    facts = grants(40)
    row = final(policy())
    figures.fact_reverse(fact_id=facts[0].pk, source_rev="revoked")
    new = revised(row, policy())
    page = Client().get(reverse("releases:public"), {"indicator": "2-OP1"}).content.decode()
    assert "令和7年度の値を40件から39件に改めました（取消）" in page
    old = Client().get(reverse("releases:release", args=[row.code]), {"indicator": "2-OP1"})
    assert "この公表は改訂されています" in old.content.decode()
    assert {n: v for n, v, _n in old.context["board"].wards}["墨田区"] == "40件"
    assert new.code == "fy2025-r1"
    told = Client().get(reverse("releases:canonical", args=[new.code])).content
    assert f"revises={row.public_digest}\n" in told.decode()
    assert hashlib.sha256(told).hexdigest() == new.public_digest
    assert verification(new).is_whole


def test_the_public_page_is_light():
    for ward in (SUMIDA, OTA, KOTO):
        grants(5, ward)
    final(policy())
    page = Client().get(reverse("releases:public"))
    static = [
        Path(settings.BASE_DIR) / "static" / name for name in ("theme.css", "ui.css", "ui.js")
    ]
    whole = [page.content, *(path.read_bytes() for path in static)]
    assert sum(len(gzip.compress(each)) for each in whole) < 100_000


def test_policy_staff_make_another_one_approves_and_it_is_public():
    grants(12)
    maker, other = (staff(f"policy-{n}@example.jp", Role.POLICY) for n in ("one", "two"))
    page = maker.post(
        reverse("releases:make"), {"what": "final:2026-03-31", "note": "はじめての確報"}
    )
    row = Release.objects.get()
    assert page["Location"] == reverse("releases:detail", args=[row.pk])
    own = maker.get(page["Location"]).content.decode()
    assert "ほかの政策担当に承認を頼んでください" in own
    refused = maker.post(reverse("releases:approve", args=[row.pk]), {"day": "", "hour": ""})
    assert "作った人は承認できません" in refused.content.decode()
    assert AuditRow.objects.filter(action="releases.refused").exists()
    wrong = other.post(reverse("releases:approve", args=[row.pk]), {"day": "", "hour": "25時"})
    assert wrong.status_code == 422
    assert "14:00" in wrong.content.decode()
    other.post(reverse("releases:approve", args=[row.pk]), {"day": "", "hour": ""})
    row.refresh_from_db()
    assert row.status == APPROVED
    assert "はじめての確報" in Client().get(reverse("releases:public")).content.decode()


def test_late_changes_lead_to_a_revised_release_with_its_reason_chosen():
    facts = grants(12)
    row = final(policy())
    figures.fact_reverse(fact_id=facts[0].pk, source_rev="revoked")
    maker = staff("policy-one@example.jp", Role.POLICY)
    page = maker.get(reverse("releases:since", args=[row.pk]))
    assert "加わった0件、取り消された1件" in page.content.decode()
    form = maker.get(page.context["make_url"]).context["form"]
    assert (form["what"].value(), form["reason"].value()) == (f"revised:{row.pk}", "cancelled")
    detail = reverse("releases:facts", args=[row.pk])
    query = {"indicator": "2-OP1", "period": "2025-04-01", "ward": SUMIDA}
    sumida = staff("sumida@example.jp", Role.REVIEWER, SUMIDA)
    told = sumida.get(detail, query)
    assert [item.reverses_id for item in told.context["page"]] == [facts[0].pk]
    assert AuditRow.objects.get(action="releases.facts_viewed").detail["rows"] == 1
    ota = staff("ota@example.jp", Role.REVIEWER, OTA)
    assert "ほかの区の事実は表示しません" in ota.get(detail, query).content.decode()
    assert maker.get(detail, query).status_code == 404


def test_what_changed_between_two_releases_can_be_read_and_taken_away():
    maker = policy()
    before = final(maker)
    grants(4)
    after = release_make(
        actor=maker,
        wanted=Wanted("revised", MARCH, revises_id=before.pk, reason="late", note="登録の遅れ"),
    )
    client = staff("auditor@example.jp", Role.AUDITOR)
    address = reverse("releases:changes", args=[after.pk])
    page = client.get(address)
    assert "加わった4件、取り消された0件" in page.content.decode()
    rows = list(csv.reader(io.StringIO(client.get(address, {"format": "csv"}).content.decode())))
    assert [line[:8] for line in rows[1:]] == [
        ["2-OP1", "ステージ1補助金 交付件数", "令和7年度", "墨田区", "0", "4", "4", "4"]
    ]


def test_the_list_asks_as_often_for_thirty_releases_as_for_one():
    maker = policy()
    final(maker)
    client = staff("auditor@example.jp", Role.AUDITOR)

    def asked(address):
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    pages = [reverse("releases:list"), reverse("releases:public")]
    few = [asked(page) for page in pages]
    for number in range(24):
        last = clock.month_end(dt.date(2024 + number // 12, number % 12 + 1, 1))
        wanted = Wanted("preliminary", last)
        release_store(actor=maker, wanted=wanted, watermark=clock.database_now(), figures=())
    assert [asked(page) for page in pages] == few


def test_a_ward_sets_its_own_target_and_the_page_tells_whether_the_wards_add_up():
    address = reverse("releases:target", args=[2027, "2-OP1"])
    admin = staff("admin@example.jp", Role.WARD_ADMIN, SUMIDA)
    given = {f"ward_{SUMIDA}": "２０", f"ward_{OTA}": "99", "basis": "工場数で按分"}
    wrong = admin.post(address, given | {"reason": ""})
    assert wrong.status_code == 422
    assert "２０" in wrong.content.decode()
    admin.post(address, given | {"reason": "新しい年度の目標"})
    assert [(row.ward_id, row.value) for row in TargetVersion.objects.all()] == [(SUMIDA, 20)]
    assert Target.objects.get(fiscal_year=2027).value == 20
    admin.post(
        address,
        {
            f"ward_{SUMIDA}": "30",
            "basis": "工場数で按分",
            "reason": "見直し",
            "june": "20",
            "september": "50",
            "december": "80",
        },
    )
    newest = TargetVersion.objects.order_by("-pk").first()
    assert (newest.value, newest.path) == (30, [6, 15, 24])
    assert Target.objects.get(fiscal_year=2027).path == [6, 15, 24]
    page = admin.get(address).content.decode()
    assert "政策の数字より120少ない" in page
    assert "新しい年度の目標" in page
    reviewer = staff("reviewer@example.jp", Role.REVIEWER, SUMIDA)
    assert reviewer.post(address, given | {"reason": "x"}).status_code == 404


def test_a_benchmark_is_shown_as_somebody_elses_figure():
    client = staff("policy-one@example.jp", Role.POLICY)
    client.post(
        reverse("releases:baselines"),
        {
            "indicator": "2-KSI",
            "kind": "benchmark",
            "value": "42.0",
            "period": "2024年",
            "source": "中小機構の全国調査",
            "reason": "目標の背景",
        },
    )
    page = Client().get(reverse("releases:definitions")).content.decode()
    assert "参考にする外部の数値" in page
    assert "中小機構の全国調査" in page
