"""The pages: what each shows, what a link and a drawing do, and that lists stay cheap."""

import datetime as dt
import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from lab.nakama.cases import links, services, states
from lab.nakama.cases.models import Case, CaseParty, DrawingGrant, Invitation, Reply
from lab.nakama.cases.nda import current
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.files import rules as file_rules
from portal.kernel.models import AuditRow
from tests.factories import cases as build
from tests.factories import subsidies as make
from tests.factories.programs import FirmFactory
from tests.kernel.files import corpus
from tests.support import world_cases
from tests.support.people import client_of

pytestmark = pytest.mark.django_db
LATHE, HEAT = "cut.lathe", "heat.quench"


def text(response):
    return response.content.decode()


def test_every_page_opens_for_the_buyer():
    owner = build.buyer("かなりあ精機")
    world = world_cases.build(build.fresh(build.drafted(owner)).firm, {"owner": owner.user_id})
    client = client_of(owner)
    for name in ("list", "new", "edit", "case", "hubs", "end", "nda", "drawings", "steps", "team",
                 "waves", "award", "orders", "order", "order_pdf", "board", "ratings", "appeal",
                 "invitation", "drawing", "photo"):  # fmt: skip
        response = client.get(reverse(f"cases:{name}", args=world_cases.arguments(name, world)))
        assert response.status_code == 200, f"{name}: {response.status_code}"
    lab = client_of(world["lab"])
    for name in ("lab", "lab_case", "counts", "appeal", "invitation"):
        page = lab.get(reverse(f"cases:{name}", args=world_cases.arguments(name, world)))
        assert page.status_code == 200, name
        assert "かなりあ" not in text(page), f"{name} names the buyer"


def test_what_is_lacking_comes_back_beside_what_was_typed():
    owner = build.buyer()
    client = client_of(owner)
    sent = {"title": "軸", "summary": "段付き", "lot": "二十", "wave_hours": "48", "publish": ""}
    page = client.post(reverse("cases:new"), sent)
    assert page.status_code == 422
    assert "整数で入力してください" in text(page)
    page = client.post(reverse("cases:new"), {**sent, "lot": "２０"})
    assert page.status_code == 422
    assert "納品先の住所を入力してください" in text(page)
    assert "２０" in text(page), "as it was typed"
    assert text(client.get(reverse("cases:list"))).count("下書き") >= 1


def test_a_single_step_is_a_ranked_list_with_an_honest_count():
    owner = build.buyer()
    for number in range(23):
        build.shop(LATHE, hourly=5000 + 100 * number)
    build.shop(LATHE, lot_max=1)
    case = build.opened(owner, codes=(LATHE,))
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
    assert len(row.teams) == 20
    assert [team["score_yen"] for team in row.teams] == sorted(t["score_yen"] for t in row.teams)
    client, address = client_of(owner), reverse("cases:team", args=[case.public_id])
    page = text(client.get(address))
    assert "旋盤加工 23社" in page
    assert page.count('<th scope="row">') == 20
    assert page.count("点の内訳") == 21
    sent = {"number": row.number, "index": 19, "choose": ""}
    assert client.post(address, sent).status_code == 302
    row.refresh_from_db()
    assert row.chosen == 19
    # Three steps are teams, five at most, as before.
    for code in (HEAT, "grind.cylinder"):
        build.shop(code)
    three = build.opened(owner)
    with acting(owner):
        assert len(services.team_propose(actor=owner, case_id=three.pk).teams) == 5


def test_a_circle_is_refused_beside_the_rows_that_were_typed():
    owner = build.buyer()
    case = build.opened(owner, codes=(LATHE, HEAT))
    sent = {"save": "", "rows": "5"}
    for row, (code, after) in enumerate([(LATHE, "2"), (HEAT, "1")], start=1):
        sent |= {f"s{row}-process_code": code, f"s{row}-hours": "4", f"s{row}-after": after}
        sent |= {f"s{row}-note": "丁寧に"}
    page = client_of(owner).post(reverse("cases:steps", args=[case.public_id]), sent)
    assert page.status_code == 422
    assert "1→2→1" in text(page)
    assert text(page).count("丁寧に") == 2


def test_the_link_records_nothing_when_it_is_read():
    owner, _shop = build.buyer("株式会社ひみつ"), build.shop(LATHE)
    case = build.asked(owner, codes=(LATHE,))
    row = Invitation.objects.get(case=case)
    address = reverse("cases:answer", args=[links.token_of(row)])
    client = Client()
    page = client.get(f"{address}?a=can")
    assert page.status_code == 200
    assert "ひみつ" not in text(page)
    assert "秘密重工" not in text(page)
    row.refresh_from_db()
    assert (row.status, Reply.objects.count()) == (states.WAITING, 0)
    assert client.post(address, {"answer": "conditional"}).status_code == 422
    assert client.post(address, {"answer": "can"}).status_code == 302
    row.refresh_from_db()
    assert row.status == states.CAN
    assert "返事を受け取りました" in text(client.get(address))
    assert client.get(reverse("cases:answer", args=["forged"])).status_code == 404
    build.late(case)
    Invitation.objects.filter(pk=row.pk).update(status=states.LAPSED)
    assert "返事の期限が過ぎました" in text(client.post(address, {"answer": "cannot"}))


def test_a_drawing_bears_the_mark_of_who_looks_and_ends_with_a_clear_page():
    owner, shop = build.buyer(), build.shop(LATHE, name="見る製作所")
    case = build.opened(owner, codes=(LATHE,))
    with acting(owner):
        sent = services.drawing_add(
            actor=owner,
            case_id=case.pk,
            name="軸の図",
            uploaded=SimpleUploadedFile("zu.pdf", corpus.pdf()),
        )
        row = services.team_propose(actor=owner, case_id=case.pk)
        services.team_choose(actor=owner, case_id=case.pk, number=row.number, index=0)
        services.waves_start(actor=owner, case_id=case.pk)
    client = client_of(shop)
    address = reverse("cases:drawing", args=[case.public_id, sent.public_id])
    promise = reverse("cases:nda", args=[case.public_id])
    assert client.get(address).headers["Location"] == promise
    client.post(promise, {"sha256": current().sha256})
    assert client.get(address).status_code == 302, "not without the tick"
    client.post(promise, {"sha256": current().sha256, "agree": "on"})
    page = client.get(address)
    assert page["Content-Type"] == "application/pdf"
    words = PdfReader(io.BytesIO(page.content)).pages[0].extract_text()
    assert "見る製作所" in words
    with pikepdf.open(io.BytesIO(page.content)) as marked:
        assert "見る製作所" in str(marked.docinfo["/Title"])
    listed = text(client_of(owner).get(reverse("cases:drawings", args=[case.public_id])))
    assert "見る製作所" in listed.partition("図面を見た記録")[2]
    past = clock.database_now() - dt.timedelta(hours=1)
    DrawingGrant.objects.update(expires_at=past)
    gone = client.get(address)
    assert gone.status_code == 410
    assert "ハブ企業に延長を頼んでください" in text(gone)
    assert AuditRow.objects.filter(action="cases.refused", detail__act="drawing_open").exists()
    assert client_of(build.buyer()).get(address).status_code == 404


def test_a_drawing_that_is_too_large_is_refused_in_words(monkeypatch):
    """The limit stands on the page; a small one here, as nobody sends 200 MB in a test."""
    owner = build.buyer()
    case = build.opened(owner, codes=(LATHE,))
    client, address = client_of(owner), reverse("cases:drawings", args=[case.public_id])
    assert "50MBまで" in text(client.get(address))
    small = file_rules.UploadRules(("pdf",), 100)
    monkeypatch.setattr("lab.nakama.cases.services.drawings.DRAWINGS", small)
    sent = {"add": "", "name": "大きい図", "drawing": SimpleUploadedFile("a.pdf", b"%PDF" * 99)}
    page = client.post(address, sent)
    assert page.status_code == 422
    assert "ファイルが大きすぎます" in text(page)
    assert "大きい図" in text(page)


def test_an_official_reads_counts_and_no_names():
    owner, makers = build.buyer("株式会社ひみつ"), [build.shop(LATHE), build.shop(HEAT)]
    build.closed(owner, makers, codes=(LATHE, HEAT))
    official = client_of(make.official_actor())
    page = official.get(reverse("cases:counts"))
    assert page.status_code == 200
    for hidden in ("ひみつ", "秘密重工", "段付き", "仲間製作所"):
        assert hidden not in text(page)
    assert "ジニ係数" in text(page)
    assert official.get(reverse("cases:lab")).status_code == 404


def queries(client, address):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_lists_cost_the_same_with_one_row_and_thirty():
    owner, _shop = build.buyer(), build.shop(LATHE)
    case = build.asked(owner, codes=(LATHE,))
    row = Invitation.objects.get(case=case)
    client, lab = client_of(owner), client_of(build.coordinator())
    pages = [
        (client, reverse("cases:list")),
        (client, reverse("cases:waves", args=[case.public_id])),
        (lab, reverse("cases:lab_case", args=[case.public_id])),
    ]
    few = [queries(*page) for page in pages]
    for firm in FirmFactory.create_batch(29):
        Invitation.objects.create(
            case=case,
            step=row.step,
            wave=row.wave,
            firm=firm,
            firm_name=firm.name,
            closes_at=row.closes_at,
        )
        other = Case.objects.create(
            ward_id=case.ward_id, firm_id=owner.firm_id, created_by_id=owner.user_id
        )
        CaseParty.objects.create(case=other, firm_id=owner.firm_id, part="buyer", firm_name="x")
    assert [queries(*page) for page in pages] == few
