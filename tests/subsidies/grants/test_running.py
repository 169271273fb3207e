"""While the project runs: delays with the ward's instruction, reports on demand, site visits."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.files.services import UploadRefused
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import ReasonMissing, RoleMissing, StaleState
from subsidies.grants import kinds, services, states
from subsidies.grants.models import ProgressRequest, SiteVisit
from subsidies.services.errors import Refused
from tests.factories import subsidies as make
from tests.subsidies.grants.people import approved, filed, proposed
from tests.support.people import client_of

pytestmark = pytest.mark.usefixtures("staged")

TODAY = clock.today()
SOON = TODAY + dt.timedelta(days=10)
DELAYED = {
    "what": "納入が3週間遅れる。",
    "noticed_on": "2026-11-20",
    "state": "発注済み。",
    "measures": "代わりの機器を借りる。",
}
REPORT = {"done": "発注した。", "ahead": "1月に納品。", "paid_yen": "０円"}


@pytest.fixture
def grant(stage):
    return stage(make.make_grant)


@pytest.fixture
def reviewer():
    return make.official_actor()


def asked(grant, reviewer):
    with acting(reviewer):
        return services.progress_request(
            actor=reviewer, grant_id=grant.pk, question="進み具合", due_on=SOON
        )


def planned(grant, reviewer):
    with acting(reviewer):
        return services.visit_plan(
            actor=reviewer,
            grant_id=grant.pk,
            planned_on=SOON,
            visitors="山田",
            purpose="設置の確認",
        )


def test_a_delay_is_answered_with_an_instruction_and_a_new_end(grant):
    filing = filed(grant, "delay", **DELAYED, ends_on=make.YEAR_END.isoformat())
    with pytest.raises(Refused, match="指示する事項"):
        proposed(filing)
    with pytest.raises(Refused, match="年度末"):
        proposed(filing, instruction="急ぐこと。", ends_on=make.YEAR_END + dt.timedelta(days=1))
    with pytest.raises(Refused, match="不承認"):
        proposed(filing, "reject", instruction="急ぐこと。")
    approved(proposed(filing, instruction="急ぐこと。", ends_on=make.YEAR_END))
    grant.refresh_from_db()
    assert grant.project_ends_on == make.YEAR_END
    assert grant.report_due_on == make.YEAR_END
    assert grant.decided_yen == 499_000


def test_an_instruction_without_a_date_moves_nothing(grant):
    before = grant.project_ends_on
    approved(proposed(filed(grant, "delay", **DELAYED), instruction="月末に報告すること。"))
    grant.refresh_from_db()
    assert grant.project_ends_on == before


def test_a_report_is_filed_when_it_is_asked_for_and_only_then(grant, reviewer):
    assert "progress" not in {kind.code for kind in kinds.fileable(grant)}
    with pytest.raises(Refused):
        filed(grant, "progress", **REPORT)
    request = asked(grant, reviewer)
    with pytest.raises(Refused, match="前に求めた"):
        asked(grant, reviewer)
    filing = filed(grant, "progress", **REPORT)
    request.refresh_from_db()
    assert (request.status, request.filing_id) == (states.ANSWERED, filing.pk)
    assert filing.versions.get().payload["answers"]["paid_yen"] == 0
    with pytest.raises(Refused, match="前に求めた"):
        asked(grant, reviewer)
    with acting(reviewer):
        services.filing_accept(actor=reviewer, filing_id=filing.pk)
    assert asked(grant, reviewer).pk != request.pk


def test_nobody_proposes_on_a_report(grant, reviewer):
    asked(grant, reviewer)
    filing = filed(grant, "progress", **REPORT)
    address = reverse("grants:propose", args=[filing.public_id])
    page = client_of(reviewer).get(address, follow=True).content.decode()
    assert "この手続は届出です。起案はせず、受理か差戻しをします。" in page


def test_a_submitted_report_is_not_taken_back_a_returned_one_leaves_the_request(grant, reviewer):
    request = asked(grant, reviewer)
    firm = make.owner_of(grant)
    filing = filed(grant, "progress", firm, **REPORT)
    with acting(firm), pytest.raises(Refused):
        services.filing_drop(actor=firm, filing_id=filing.pk)
    with acting(reviewer):
        services.filing_return(actor=reviewer, filing_id=filing.pk, reason="日付がない。")
    with acting(firm):
        services.filing_drop(actor=firm, filing_id=filing.pk)
    again = filed(grant, "progress", firm, **REPORT)
    request.refresh_from_db()
    assert request.filing_id == again.pk


def test_a_request_is_recalled_with_a_reason(grant, reviewer):
    request = asked(grant, reviewer)
    with acting(reviewer):
        with pytest.raises(ReasonMissing):
            services.progress_request_recall(actor=reviewer, request_id=request.pk, reason=" ")
        services.progress_request_recall(actor=reviewer, request_id=request.pk, reason="来庁した。")
    assert ProgressRequest.objects.get(pk=request.pk).status == states.RECALLED
    assert AuditRow.objects.filter(action="grants.progressrequest.recall").count() == 1
    assert OutboxEvent.objects.filter(name="grants.progress_requested").count() == 1


@pytest.mark.parametrize("bad", [{"question": " "}, {"due_on": TODAY}])
def test_a_request_says_what_it_lacks(grant, reviewer, bad):
    with acting(reviewer), pytest.raises(Refused):
        services.progress_request(
            actor=reviewer,
            grant_id=grant.pk,
            **{"question": "進み具合", "due_on": SOON, **bad},
        )


def test_a_visit_with_an_instruction_waits_for_the_follow_up(grant, reviewer):
    visit = planned(grant, reviewer)
    result = {"visited_on": TODAY, "findings": "未設置。", "instruction": "設置すること。"}
    with acting(reviewer):
        with pytest.raises(Refused, match="期日"):
            services.visit_record(actor=reviewer, visit_id=visit.pk, **result)
        with pytest.raises(Refused, match="今日以前"):
            services.visit_record(
                actor=reviewer, visit_id=visit.pk, **{**result, "visited_on": SOON}
            )
        services.visit_record(actor=reviewer, visit_id=visit.pk, **result, follow_up_on=SOON)
        with pytest.raises(StaleState):
            services.visit_record(actor=reviewer, visit_id=visit.pk, **result, follow_up_on=SOON)
    visit.refresh_from_db()
    assert (visit.status, visit.follow_up_on) == (states.INSTRUCTED, SOON)
    with acting(reviewer):
        services.visit_settle(actor=reviewer, visit_id=visit.pk, outcome="設置を確認した。")
    visit.refresh_from_db()
    assert (visit.status, visit.outcome) == (states.CONCLUDED, "設置を確認した。")
    actions = AuditRow.objects.filter(action__startswith="grants.").values_list("action", flat=True)
    assert {"grants.visit_planned", "grants.sitevisit.instruct", "grants.sitevisit.settle"} <= {
        *actions
    }


def test_a_visit_is_called_off_with_a_reason(grant, reviewer):
    visit = planned(grant, reviewer)
    with acting(reviewer):
        services.visit_call_off(actor=reviewer, visit_id=visit.pk, reason="荒天のため。")
        with pytest.raises(Refused):
            services.visit_photo_add(actor=reviewer, visit_id=visit.pk, uploaded=photo())
    assert SiteVisit.objects.get(pk=visit.pk).status == states.CALLED_OFF


def photo(name="現場.png"):
    import io

    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "PNG")
    return SimpleUploadedFile(name, stream.getvalue(), "image/png")


def test_photos_are_pictures_and_the_wards_alone(grant, reviewer):
    visit = planned(grant, reviewer)
    with acting(reviewer):
        added = services.visit_photo_add(actor=reviewer, visit_id=visit.pk, uploaded=photo())
        with pytest.raises(UploadRefused):
            services.visit_photo_add(
                actor=reviewer,
                visit_id=visit.pk,
                uploaded=SimpleUploadedFile("x.pdf", b"%PDF-1.4", "application/pdf"),
            )
    assert (added.stored_file.firm_id, added.stored_file.ward_id) == (None, grant.ward_id)


def test_an_approver_neither_asks_nor_plans(grant):
    approver = make.official_actor(grant.ward_id, Role.APPROVER)
    with pytest.raises(RoleMissing):
        asked(grant, approver)
    with pytest.raises(RoleMissing):
        planned(grant, approver)
