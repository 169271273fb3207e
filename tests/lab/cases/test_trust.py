"""First jobs are small until a firm is known; a hub keeps its teams; CAD data wait for the award."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lab.nakama.cases import services, states
from lab.nakama.cases.models import CaseStep, Drawing, HubTemplate, Invitation
from lab.nakama.cases.nda import current
from lab.nakama.cases.rules.first_jobs import FINEST_UM, JOBS, MOST_LOT, MOST_YEN, Job, Limit, over
from lab.nakama.cases.services import NotMarked, Refused
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing
from portal.notices.models import Notice
from tests.factories import cases as build
from tests.kernel.files import corpus
from tests.support.people import client_of

LATHE = "cut.lathe"


@pytest.mark.parametrize(
    ("job", "found"),
    [
        (Job(MOST_LOT, FINEST_UM, False, MOST_YEN), ()),
        (Job(None, None, False), ()),
        (Job(MOST_LOT + 1, FINEST_UM - 1, True), (Limit.LOT, Limit.FINE, Limit.EXPORT)),
        (Job(1, None, False, MOST_YEN + 1), (Limit.VALUE,)),
    ],
)
def test_what_is_too_much_for_a_first_job(job, found):
    assert over(job) == found


def invited(case):
    with acting(build.SYSTEM):
        return set(Invitation.objects.filter(case=case).values_list("firm_id", flat=True))


@pytest.mark.django_db
def test_a_new_firm_gets_no_large_job_until_the_coordinator_lifts_the_limit():
    owner, new, lab = build.buyer(), build.shop(LATHE, name="新顔製作所"), build.coordinator()
    known = build.shop(LATHE)
    for _job in range(JOBS):
        build.closed(owner, [known], codes=(LATHE,))
    case = build.opened(owner, codes=(LATHE,), lot=MOST_LOT + 1)
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
    assert {task["firm"] for team in row.teams for task in team["tasks"]} == {known.firm_id}
    page = client_of(owner).get(reverse("cases:team", args=[case.public_id])).content.decode()
    assert "1社は、そのため候補に入っていません" in page
    assert "500個を超える仕事は" in page
    with acting(owner), pytest.raises(RoleMissing):
        services.first_job_lift(
            actor=owner, case_id=case.pk, firm_id=new.firm_id, reason="友人です"
        )
    client = client_of(lab)
    address = reverse("cases:lab_case", args=[case.public_id])
    asked = client.get(address).content.decode()
    assert "新顔製作所" in asked
    assert client.post(address, {"firm": new.firm_id, "lift_reason": " "}).status_code == 422
    reason = "共同受注会で10年の実績"
    answer = client.post(address, {"firm": new.firm_id, "lift_reason": reason})
    assert answer.status_code == 302
    told = AuditRow.objects.get(action="cases.first_job_lifted")
    assert (told.reason, told.detail["firm"]) == (reason, new.firm_id)
    assert Notice.objects.filter(recipient_id=owner.user_id, subject__contains="上限").exists()
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
        services.team_choose(actor=owner, case_id=case.pk, number=row.number, index=0)
        services.waves_start(actor=owner, case_id=case.pk)
    assert invited(case) == {known.firm_id, new.firm_id}


@pytest.mark.django_db
def test_a_price_above_the_limit_is_not_for_a_new_firm():
    owner, new = build.buyer(), build.shop(LATHE, name="新顔製作所")
    case = build.asked(owner, codes=(LATHE,))
    row = build.answer(new, case, yen=MOST_YEN + 1)
    with acting(owner), pytest.raises(Refused, match="500,000円を超える工程は頼めません"):
        services.firm_choose(actor=owner, invitation_id=row.pk)
    with acting(new):
        services.quote_save(actor=new, invitation_id=row.pk, price_yen=MOST_YEN)
    with acting(owner):
        assert services.firm_choose(actor=owner, invitation_id=row.pk).status == states.CHOSEN


@pytest.mark.django_db
def test_a_hub_keeps_steps_and_friends_and_begins_the_next_case_with_them():
    owner, cheap = build.buyer(), build.shop(LATHE, hourly=3000)
    friend = build.shop(LATHE, name="いつもの製作所", hourly=9000)
    case = build.awarded(owner, [friend], codes=(LATHE,))
    client = client_of(owner)
    kept = client.post(reverse("cases:steps", args=[case.public_id]), {"name": "軸"})
    assert kept.status_code == 302
    with acting(build.SYSTEM):
        template = HubTemplate.objects.get()
    assert template.firms == {str(friend.firm_id): "いつもの製作所"}
    other = build.opened(owner, codes=("heat.quench",))
    address = reverse("cases:steps", args=[other.public_id])
    assert client.post(address, {"use": "", "template": f"own:{template.pk}"}).status_code == 302
    with acting(build.SYSTEM):
        (step,) = CaseStep.objects.filter(case=other)
        assert (step.process_code, step.firm_id) == (LATHE, None)
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=other.pk)
    assert row.teams[0]["tasks"][0]["firm"] == cheap.firm_id, "the planner's own choice"
    page = client.get(reverse("cases:team", args=[other.public_id])).content.decode()
    assert f'<option value="{friend.firm_id}" selected>いつもの製作所' in page
    assert "いつものチーム（軸）" in page
    # Nobody else's: another firm neither sees nor uses it.
    rival = build.buyer()
    with acting(rival):
        assert services.own_templates(rival) == {}
        assert not HubTemplate.objects.exists()
        with pytest.raises(Refused, match="ひな形がありません"):
            services.template_drop(actor=rival, template_id=template.pk)
    assert client.post(reverse("cases:templates"), {"drop": template.pk}).status_code == 302
    with acting(build.SYSTEM):
        assert not HubTemplate.objects.exists()


@pytest.mark.django_db
def test_cad_data_wait_for_the_award_and_go_to_who_does_the_work():
    owner, shop, loser = build.buyer(), build.shop(LATHE), build.shop(LATHE)
    case = build.opened(owner, codes=(LATHE,))
    with acting(owner):
        sent = services.drawing_add(
            actor=owner,
            case_id=case.pk,
            name="軸",
            uploaded=SimpleUploadedFile("jiku.dxf", corpus.DXF),
        )
        row = services.team_propose(actor=owner, case_id=case.pk)
        services.team_choose(actor=owner, case_id=case.pk, number=row.number, index=0)
        services.waves_start(actor=owner, case_id=case.pk)
    for firm in (shop, loser):
        with acting(firm):
            services.nda_accept(actor=firm, case_id=case.pk, sha256=current().sha256)
            with pytest.raises(NotMarked):
                services.drawing_open(actor=firm, case_id=case.pk, public_id=sent.public_id)
    address = reverse("cases:drawing", args=[case.public_id, sent.public_id])
    page = client_of(shop).get(address)
    assert (page.status_code, "発注が決まった企業だけ" in page.content.decode()) == (403, True)
    for firm in (shop, loser):
        chosen = build.answer(firm, case)
        if firm is shop:
            with acting(owner):
                services.firm_choose(actor=owner, invitation_id=chosen.pk)
    with acting(owner):
        services.case_offer(actor=owner, case_id=case.pk)
        services.case_award(actor=owner, case_id=case.pk, deal=services.Deal("brokered"))
    with acting(shop):
        _drawing, reader = services.drawing_open(
            actor=shop, case_id=case.pk, public_id=sent.public_id
        )
        assert reader.read() == corpus.DXF
        reader.close()
    with acting(loser), pytest.raises((NotMarked, Drawing.DoesNotExist, services.GrantOver)):
        services.drawing_open(actor=loser, case_id=case.pk, public_id=sent.public_id)
