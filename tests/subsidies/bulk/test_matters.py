"""起案一式 of what is ruled after the decision: the same shape for all, complete, the same each time."""

import hashlib
import io
import json

import openpyxl
import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.letters.models import Letter
from subsidies.grants import services
from subsidies.grants.models import Ruling
from subsidies.grants.services.paid_letters import payment_letter_make
from tests.factories import subsidies as make
from tests.factories.programs import OTA
from tests.subsidies.bulk.test_package import opened, text_of
from tests.subsidies.bulk.test_pages import client_of
from tests.subsidies.grants.money import claimed, finalised, inspected, paid, reported
from tests.subsidies.grants.people import approved, filed, proposed
from tests.subsidies.grants.taking_back import heard, propose, revoked
from tests.subsidies.grants.test_letters import CANCEL, CHANGE, deliver

pytestmark = pytest.mark.django_db


def address(ruling):
    return reverse("bulk:ruling_package", args=[ruling.pk])


def taken(client, url):
    """The package's files, checked against their manifest."""
    answer = client.get(url)
    assert answer.status_code == 200
    assert client.get(url).content == answer.content
    found = opened(answer.content)
    listed = json.loads(found["manifest.json"])["files"]
    assert {item["name"]: item["sha256"] for item in listed} == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in found.items()
        if name != "manifest.json"
    }
    assert [name[:2] for name in found] == [*["01", "02", "03", "04", "05", "06"], "ma"]
    return found


def cells(content):
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [tuple(row) for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_the_package_of_a_final_amount_before_and_after_it_is_decided():
    grant = make.make_grant()
    filing = reported(grant)
    inspected(filing, findings="型番を現物で確かめた。")
    ruling = proposed(filing, reason="実績が計画に沿っている。")
    client = client_of(make.official_actor(grant.ward_id))
    assert address(ruling) in client.get(reverse("grants:ruling", args=[ruling.pk])).text
    found = taken(client, address(ruling))
    said = text_of(found["01_伺い文.pdf"])
    for part in ("額の確定について（伺い）", "決裁前", "499,000円", "実績が計画に沿っている。"):
        assert part in said, part
    draft = text_of(found["02_額の確定通知書_案.pdf"])
    for part in ("（案）", "（文書番号は決裁の後）", "補助金の確定額499,000円"):
        assert part in draft, part
    facts = cells(found["03_事実.xlsx"])
    assert ("検査", "所見", "型番を現物で確かめた。") in facts
    assert any(filing.versions.get().sha256 in row[2] for row in facts)
    figures = {row[0]: row[2] for row in cells(found["04_額.xlsx"])}
    assert figures["決定する額"] == 499_000
    assert (figures["予算の区分：決定"], figures["予算の区分：確定"]) == (499_000, 0)
    assert "起案した" in cells(found["05_経緯.xlsx"])[-1][1]
    before = client.get(address(ruling)).content

    approved(ruling)
    deliver("grants.ruled")
    ruling = Ruling.objects.select_related("letter").get(pk=ruling.pk)
    found = taken(client, address(ruling))
    assert client.get(address(ruling)).content != before
    assert hashlib.sha256(found["02_額の確定通知書.pdf"]).hexdigest() == ruling.letter.sha256
    assert ruling.document_no in text_of(found["01_伺い文.pdf"])
    figures = {row[0]: row[2] for row in cells(found["04_額.xlsx"])}
    assert (figures["予算の区分：決定"], figures["予算の区分：確定"]) == (0, 499_000)
    assert "決裁する" in cells(found["05_経緯.xlsx"])[-1][1]
    booked = found["06_会計データ.csv"].decode("utf-8-sig").splitlines()[1].split(",")
    assert booked[4:6] == ["支出負担行為（額の確定）", ruling.document_no]
    assert booked[-2:] == ["499000", "499000"]
    # What happens to the grant later is no part of what was decided then.
    content = client.get(address(ruling)).content
    claimed(grant)
    assert client.get(address(ruling)).content == content


def changes(grant):
    return proposed(filed(grant, "change", **CHANGE)), "計画の変更", ["499000", "300000"]


def refused_changes(grant):
    ruling = proposed(filed(grant, "change", **CHANGE), "reject", "目的外。")
    return ruling, "計画の変更（不承認）", None


def cancellations(grant):
    return proposed(filed(grant, "cancellation", **CANCEL)), "事業の中止・廃止", ["499000", "0"]


def revocations(grant):
    paid(grant)
    ruling = propose(grant, heard(grant))
    return ruling, "交付決定の取消", ["499000", "0"]


def recoveries(grant):
    paid(grant)
    revoked(grant)
    official = make.official_actor(grant.ward_id)
    with acting(official):
        ruling = services.recovery_propose(
            actor=official,
            grant_id=grant.pk,
            principal_yen=499_000,
            surcharged=True,
            reason="取消に伴い、返還を命じる。",
        )
    return ruling, "返還命令", ["499000", "499000"]


@pytest.mark.parametrize(
    "begin", [changes, refused_changes, cancellations, revocations, recoveries]
)
def test_every_later_ruling_has_the_same_package(begin):
    ruling, name, booked = begin(make.make_grant())
    found = taken(client_of(make.official_actor(ruling.ward_id)), address(ruling))
    said = text_of(found["01_伺い文.pdf"])
    for part in (f"{name}について（伺い）", ruling.reason, ruling.prepared_by.name, "決裁前"):
        assert part in said, part
    letter = next(name for name in found if name.startswith("02_"))
    assert letter.endswith("_案.pdf")
    assert "（文書番号は決裁の後）" in text_of(found[letter])
    lines = found["06_会計データ.csv"].decode("utf-8-sig").splitlines()
    assert [line.split(",")[-2:] for line in lines[1:]] == ([booked] if booked else [])


def test_the_payment_of_a_claim_has_its_package_while_it_waits_and_once_it_is_paid():
    grant = make.make_grant()
    finalised(grant)
    claim = claimed(grant)
    official = make.official_actor(grant.ward_id)
    client = client_of(official)
    url = reverse("bulk:payment_package", args=[claim.public_id])
    assert url in client.get(reverse("grants:staff_claim", args=[claim.public_id])).text
    found = taken(client, url)
    said = text_of(found["01_伺い文.pdf"])
    for part in ("補助金の支払について（伺い）", "次のとおり支払ってよろしいか", "499,000円"):
        assert part in said, part
    assert "（案）" in text_of(found["02_支払通知書_案.pdf"])
    facts = cells(found["03_事実.xlsx"])
    assert any("***4567" in row[2] for row in facts)
    assert not any("1234567" in str(row) for row in facts)
    with acting(official):
        payment = services.payment_record(actor=official, grant_id=grant.pk, paid_on=clock.today())
    payment_letter_make(actor=make.SYSTEM, payment_id=payment.pk)
    letter = Letter.objects.get(kind="payment")
    found = taken(client, url)
    assert hashlib.sha256(found["02_支払通知書.pdf"]).hexdigest() == letter.sha256
    booked = found["06_会計データ.csv"].decode("utf-8-sig").splitlines()[1]
    assert "支出命令（精算払）" in booked
    assert letter.document_no in booked


def test_a_package_is_for_the_ward_and_its_auditors_and_each_is_recorded():
    grant = make.make_grant()
    ruling, *_rest = cancellations(grant)
    assert client_of(make.official_actor(OTA)).get(address(ruling)).status_code == 404
    ward = client_of(make.official_actor(grant.ward_id, Role.APPROVER))
    content = ward.get(address(ruling)).content
    row = AuditRow.objects.get(action="bulk.package_taken")
    assert (row.object_type, row.object_id) == ("grants.ruling", str(ruling.pk))
    assert row.detail == {"of": "cancellation", "sha256": hashlib.sha256(content).hexdigest()}
    # A filing that claims nothing is not paid.
    other = reverse("bulk:payment_package", args=[ruling.filing.public_id])
    assert ward.get(other).status_code == 404
