"""What a careless or an ill-willed hand tries in a case."""

import datetime as dt
import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pikepdf import Array, Name

from lab.nakama.cases import policies, services, states, watermark
from lab.nakama.cases.models import DrawingGrant, Invitation, Proposal
from lab.nakama.cases.nda import current
from lab.nakama.cases.services import Refused
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.notices.models import Notice
from programs.models import Firm
from tests.factories import cases as build
from tests.kernel.files import corpus
from tests.support.people import client_of

LATHE = "cut.lathe"


def pdf_with(**page):
    drawing, found = pikepdf.new(), io.BytesIO()
    drawing.add_blank_page(page_size=(200, 200))
    for name, value in page.items():
        drawing.pages[0].obj[f"/{name}"] = value
    drawing.save(found)
    found.seek(0)
    return found


@pytest.mark.parametrize(
    "page",
    [
        {"Rotate": Name("/x")},
        {"MediaBox": Array([0, 0])},
        {"MediaBox": Array([Name("/a")] * 4)},
        {"MediaBox": Array([0, 0, 10**7, 10**7])},
    ],
)
def test_a_page_without_a_size_is_no_drawing_or_bears_the_mark(page):
    at = clock.now()
    try:
        marked = watermark.stamped(pdf_with(**page), firm="見る製作所", person="閲覧", at=at)
    except watermark.NotADrawing:
        return
    with pikepdf.open(io.BytesIO(marked)) as drawing:
        assert "見る製作所" in str(drawing.docinfo["/Title"])


@pytest.fixture
def lent(db):
    """A case for one step, two shops that were asked and have promised; 60 days to look."""
    owner, makers = build.buyer(), [build.shop(LATHE), build.shop(LATHE)]
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
        for invitation in Invitation.objects.filter(case=case):
            services.grant(actor=owner, case_id=case.pk, invitation_id=invitation.pk, days=60)
    for maker in makers:
        with acting(maker):
            services.nda_accept(actor=maker, case_id=case.pk, sha256=current().sha256)
    return owner, makers, build.fresh(case), sent


def look(maker, case, sent):
    with acting(maker):
        assert policies.visible_drawings(maker, case.pk).exists()
        _drawing, reader = services.drawing_open(
            actor=maker, case_id=case.pk, public_id=sent.public_id
        )
        reader.close()


def look_not(maker, case, sent):
    with acting(maker):
        assert not policies.visible_drawings(maker, case.pk).exists()
        with pytest.raises(services.GrantOver):
            services.drawing_open(actor=maker, case_id=case.pk, public_id=sent.public_id)


def test_who_says_no_or_is_passed_over_looks_no_more_whatever_the_leave_says(lent):
    owner, (winner, loser), case, sent = lent
    look(loser, case, sent)
    with acting(build.SYSTEM):
        invitation = Invitation.objects.get(case=case, firm_id=loser.firm_id)
    build.answer(loser, case, states.CANNOT)
    look_not(loser, case, sent)
    given = {"actor": owner, "case_id": case.pk, "invitation_id": invitation.pk, "days": 30}
    with acting(owner), pytest.raises(Refused, match="断った"):
        services.grant(**given)
    with acting(loser):  # and may think better of it
        services.answer_own(
            actor=loser, invitation_id=invitation.pk, given=services.Given(states.CAN)
        )
    look(loser, case, sent)
    chosen = build.answer(winner, case)
    with acting(owner):
        services.firm_choose(actor=owner, invitation_id=chosen.pk)
        services.case_offer(actor=owner, case_id=case.pk)
        services.case_award(actor=owner, case_id=case.pk, deal=services.Deal("brokered"))
    look_not(loser, case, sent)
    look(winner, case, sent)
    assert not DrawingGrant.objects.filter(firm_id=loser.firm_id, revoked_at=None).exists()
    kept = Proposal.objects.get(case=case)
    with acting(owner), pytest.raises(Refused, match="選べません"):
        services.team_choose(actor=owner, case_id=case.pk, number=kept.number, index=0)


def test_a_case_that_is_over_shows_its_drawings_to_nobody_anew(lent):
    owner, (maker, _other), case, _sent = lent
    invitation = Invitation.objects.get(case=case, firm_id=maker.firm_id)
    with acting(owner):
        services.case_withdraw(actor=owner, case_id=case.pk, reason="中止")
        with pytest.raises(Refused, match="終わった案件"):
            services.grant(actor=owner, case_id=case.pk, invitation_id=invitation.pk, days=30)


@pytest.mark.django_db
def test_a_hub_reads_the_customer_after_its_promise_and_the_buyer_learns_of_another_hub():
    owner, hub, other = build.buyer(), build.buyer(), build.buyer()
    case = build.drafted(owner)
    numbers = dict(Firm.objects.values_list("pk", "corporate_number"))
    wide = {ord("0") + n: chr(ord("０") + n) for n in range(10)}
    with acting(owner):
        services.hub_name(
            actor=owner,
            case_id=case.pk,
            part="hub",
            corporate_number=numbers[hub.firm_id].translate(wide),
        )
    client = client_of(hub)
    page = reverse("cases:case", args=[case.public_id])
    assert client.get(reverse("cases:edit", args=[case.public_id])).status_code == 302
    assert "秘密重工" not in client.get(page).content.decode()
    with acting(hub):
        services.nda_accept(actor=hub, case_id=case.pk, sha256=current().sha256)
    assert "秘密重工" in client.get(page).content.decode()
    assert AuditRow.objects.get(action="cases.private_seen").actor_id == hub.user_id
    with acting(hub):
        services.hub_name(
            actor=hub, case_id=case.pk, part="hub", corporate_number=numbers[other.firm_id]
        )
    told = Notice.objects.filter(recipient_id=owner.user_id, subject__contains="まとめる企業")
    assert told.exists()


@pytest.mark.django_db
def test_who_helps_is_led_to_a_page_that_opens():
    owner, lab = build.buyer(), build.coordinator()
    case = build.opened(owner, codes=(LATHE,))
    with acting(owner):
        services.ask_lab(actor=owner, case_id=case.pk)
    notice = Notice.objects.get(recipient_id=lab.user_id)
    assert client_of(lab).get(notice.url).status_code == 200


@pytest.mark.django_db
def test_a_note_on_a_step_names_nobody_and_no_number():
    owner = build.buyer("株式会社かくれ精機")
    case = build.opened(owner, codes=("cut.lathe",))
    for note, told in (
        ("かくれ精機の検査票を使う", "1番の工程の指示：「株式会社かくれ精機」"),
        ("不明な点は 03-1234-5678", "1番の工程の指示：電話番号"),
        ("a@example.jp に送る", "1番の工程の指示：電話番号"),
    ):
        wanted = [services.StepWanted("cut.lathe", 240, [], note)]
        with acting(owner), pytest.raises(services.Refused, match=told):
            services.steps_save(actor=owner, case_id=case.pk, wanted=wanted)
    # A draft that names its customer only after its steps were written is not opened with them.
    draft = build.drafted(owner, customer="")
    with acting(owner):
        wanted = [services.StepWanted("cut.lathe", 240, [], "秘密重工の図番どおり")]
        services.steps_save(actor=owner, case_id=draft.pk, wanted=wanted)
        services.draft_save(actor=owner, case_id=draft.pk, wanted=build.wanted())
        with pytest.raises(services.Incomplete) as lacking:
            services.case_publish(actor=owner, case_id=draft.pk)
    assert list(lacking.value.faults) == ["steps"]
    page = client_of(owner).post(
        reverse("cases:edit", args=[draft.public_id]),
        {
            "title": "軸",
            "summary": "段付き",
            "material_code": "stainless",
            "size_mm": "180",
            "lot": "20",
            "due_on": (clock.today() + dt.timedelta(days=60)).isoformat(),
            "customer": "秘密重工",
            "delivery_address": "東京都墨田区八広9-9-9",
            "wave_hours": "48",
            "publish": "",
        },
    )
    assert page.status_code == 422
    assert "1番の工程の指示：「秘密重工」" in page.content.decode()
