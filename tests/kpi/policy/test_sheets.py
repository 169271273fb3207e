"""A sheet from draft to confirmed by two people, its versions, its files; who reads which."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from kpi.policy import services, states
from kpi.policy.errors import Refused, Stale
from kpi.policy.models import Sheet
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, StaleState
from tests.factories import policy as make
from tests.factories.programs import OTA, SUMIDA
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db


def official(name, role=Role.REVIEWER, ward=SUMIDA):
    person = assign(make_person(f"{name}@example.jp"), role, ward_id=ward)
    return Actor(person.pk, person.name, Hat.WARD, frozenset({role}), ward_id=ward)


def year():
    return clock.fiscal_year(clock.today())


def test_two_people_make_a_sheet_valid_and_the_next_version_replaces_it():
    writer, second = official("a", Role.APPROVER), official("b", Role.APPROVER)
    with acting(writer):
        sheet = services.sheet_start(actor=writer, fiscal_year=year(), package=2)
        assert "補助金" in sheet.purpose
        with pytest.raises(Refused, match="作成中"):
            services.sheet_start(actor=writer, fiscal_year=year(), package=2)
        with pytest.raises(Refused, match="まだ書いていない欄があります：必要性"):
            services.sheet_submit(actor=writer, sheet_id=sheet.pk)
        services.sheet_save(actor=writer, sheet_id=sheet.pk, revision=0, values=make.TEXTS)
        with pytest.raises(Stale):
            services.sheet_save(actor=writer, sheet_id=sheet.pk, revision=0, values=make.TEXTS)
        sheet = services.sheet_submit(actor=writer, sheet_id=sheet.pk)
        codes = [line["code"] for line in sheet.figures["lines"]]
        assert codes == ["2-OP1", "2-OP2", "2-OP3", "2-KSI", "2-OC", "2-KGI"]
        assert sheet.figures["costs"][-1] == {
            **dict.fromkeys(("budget", "decided", "paid", "count", "each")),
            "key": "staff",
        }
        with pytest.raises(StaleState):
            services.sheet_save(actor=writer, sheet_id=sheet.pk, revision=1, values=make.TEXTS)
        with pytest.raises(GuardFailed, match="自分が書いた"):
            services.sheet_confirm(actor=writer, sheet_id=sheet.pk)
    with acting(second):
        services.sheet_return(actor=second, sheet_id=sheet.pk, reason="課題が薄い")
        assert Sheet.objects.get().answer == "課題が薄い"
    with acting(writer):
        services.sheet_submit(actor=writer, sheet_id=sheet.pk)
    with acting(second):
        services.sheet_confirm(actor=second, sheet_id=sheet.pk)
        newer = services.sheet_start(actor=second, fiscal_year=year(), package=2)
        assert (newer.number, newer.issues) == (2, make.TEXTS["issues"])
        services.sheet_submit(actor=second, sheet_id=newer.pk)
    with acting(writer):
        services.sheet_confirm(actor=writer, sheet_id=newer.pk)
        found = dict(Sheet.objects.values_list("number", "status"))
    assert found == {1: states.REPLACED, 2: states.CONFIRMED}
    told = set(
        AuditRow.objects.filter(action__startswith="policy.").values_list("action", flat=True)
    )
    assert {
        "policy.started",
        "policy.saved",
        "policy.sheet.confirm",
        "policy.sheet.replace",
    } <= told


def test_a_year_to_come_has_no_sheet():
    writer = official("a")
    with acting(writer), pytest.raises(Refused, match="今年度まで"):
        services.sheet_start(actor=writer, fiscal_year=year() + 1, package=1)


def test_an_official_writes_and_hands_over_and_takes_it_away_as_files(client):
    writer = official("a")
    with acting(Actor.system("test")):
        sheet = make.sheet(written_by=writer.user_id, status="draft", issues="", as_of=None)
    sign_in(client, writer_of(writer))
    page = client.get(reverse("policy:edit", args=[sheet.public_id]))
    assert page.status_code == 200
    typed = {**make.TEXTS, "issues": "=SUM(A1)", "revision": "0"}
    client.post(reverse("policy:edit", args=[sheet.public_id]), typed)
    late = client.post(
        reverse("policy:edit", args=[sheet.public_id]), {**typed, "issues": "後から"}
    )
    assert late.status_code == 422
    assert "後から" in late.content.decode()
    act = reverse("policy:act", args=[sheet.public_id])
    told = client.post(act, {"act": "confirm"}, follow=True)
    assert "この操作" in told.content.decode() or "できません" in told.content.decode()
    told = client.post(act, {"act": "submit"}, follow=True)
    assert "確認に回しました" in told.content.decode()
    file = client.get(reverse("policy:file", args=[sheet.public_id, "xlsx"]))
    rows = list(load_workbook(io.BytesIO(file.content)).active.iter_rows(values_only=True))
    assert rows[0][0] == "事務事業評価シート"
    assert "未確定（確認待ち）" in rows[2][0]
    assert ("課題", "'=SUM(A1)", None, None, None) in rows
    paper = client.get(reverse("policy:file", args=[sheet.public_id, "pdf"]))
    assert paper.content.startswith(b"%PDF")
    assert client.get(reverse("policy:file", args=[sheet.public_id, "doc"])).status_code == 404


def writer_of(actor):
    from portal.accounts.models import User

    return User.objects.get(pk=actor.user_id)


def test_other_wards_do_not_see_it_and_policy_staff_do(client):
    writer = official("a")
    with acting(Actor.system("test")):
        sheet = make.sheet(written_by=writer.user_id)
    address = reverse("policy:sheet", args=[sheet.public_id])
    sign_in(client, writer_of(official("o", ward=OTA)))
    assert client.get(address).status_code == 404
    sign_in(client, assign(make_person("p@example.jp"), Role.POLICY))
    assert "500,000円" in client.get(address).content.decode()
    listed = client.get(reverse("policy:sheets")).content.decode()
    assert "69枚のうち0枚" in listed
