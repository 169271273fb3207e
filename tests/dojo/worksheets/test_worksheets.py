"""Worksheets from the first word to the hand-in: what is kept, what the course hears."""

import pytest
from django.db import DatabaseError, transaction

from dojo.models import Enrolment
from dojo.services.errors import Refused
from dojo.worksheets import services, states
from dojo.worksheets.models import Worksheet, WorksheetVersion
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import matrix
from portal.notices.models import Notice
from tests.dojo.worksheets.pages import at
from tests.factories import dojo as courses
from tests.factories import worksheets as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


def test_a_sheet_is_begun_filled_and_told_of(seat):
    owner, enrolment, _cohort = seat
    client = client_of(owner)
    page = client.get(at("list")).content.decode()
    assert "次は「経営課題の棚卸し」です" in page
    answer = client.post(
        at("start"), {"kind": "investment", "enrolment": enrolment.pk, "title": "クラウド"}
    )
    row = Worksheet.objects.get()
    assert answer["Location"] == at("step", row.public_id, "costs")
    assert row.confidential[:2] == ["costs.initial", "costs.subsidy"]
    saved = client.post(answer["Location"], {**make.COSTS, "revision": "0"})
    assert saved["Location"] == at("step", row.public_id, "benefits")
    row.refresh_from_db()
    # As it was typed.
    assert row.content["costs"]["initial"] == "１，２００，０００円"
    client.post(saved["Location"], make.BENEFITS)
    client.post(at("step", row.public_id, "assumptions"), make.ASSUMED)
    page = client.get(at("sheet", row.public_id)).content.decode()
    assert "確かめて提出する" in page
    assert "正味現在価値" in page
    assert AuditRow.objects.filter(action="worksheets.step_begun").count() == 3


def test_what_is_wrong_is_kept_and_said(seat):
    owner, _enrolment, _cohort = seat
    row = make.sheet(owner)
    client = client_of(owner)
    address = at("step", row.public_id, "costs")
    answer = client.post(address, {**make.COSTS, "initial": "だいたい百万", "what": ""})
    assert answer["Location"] == f"{address}?problems=1#main"
    page = client.get(answer["Location"]).content.decode()
    for words in ("だいたい百万", "円の単位で", "「何への投資か」を入力してください"):
        assert words in page
    row.refresh_from_db()
    assert row.content["costs"]["initial"] == "だいたい百万"


def test_a_stale_tab_loses_with_words_and_keeps_its_text(seat):
    owner, _enrolment, _cohort = seat
    row = make.fill(owner, make.sheet(owner), {"costs": make.COSTS})
    client = client_of(owner)
    address = at("step", row.public_id, "benefits")
    answer = client.post(address, {**make.BENEFITS, "hours": "77", "revision": "0"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ほかの画面で保存された内容" in page
    assert "77" in page
    assert "benefits" not in Worksheet.objects.get().content
    saved = client.post(
        at("autosave", row.public_id, "benefits"), {**make.BENEFITS, "revision": "1"}
    )
    assert saved.json() == {"revision": 2}
    again = client.post(at("autosave", row.public_id, "benefits"), {"hours": "1", "revision": "1"})
    assert again.status_code == 409


def test_rows_are_added_removed_and_known_by_an_id(seat):
    owner, _enrolment, _cohort = seat
    row = make.sheet(owner, "tools")
    client = client_of(owner)
    address = at("step", row.public_id, "criteria")
    # The rows that the kind offers stand on the page.
    assert "現場の人が使いやすいか" in client.get(address).content.decode()
    typed = {"rows": "3", "r0-name": "甲", "r0-weight": "5", "r1-name": "乙", "r2-name": "丙"}
    added = client.post(address, {**typed, "add": ""})
    assert added["Location"] == f"{address}?add=1#row-3"
    assert client.get(added["Location"]).content.decode().count("<legend class") == 4
    row.refresh_from_db()
    assert [item["id"] for item in row.content["criteria"]] == ["1", "2", "3"]
    ids = {"r0-id": "1", "r1-id": "2", "r2-id": "3"}
    client.post(address, {**typed, **ids, "remove": "1"})
    row.refresh_from_db()
    assert [(item["id"], item["name"]) for item in row.content["criteria"]] == [
        ("1", "甲"),
        ("3", "丙"),
    ]
    many = {"rows": "11", **{f"r{number}-name": "x" for number in range(11)}}
    answer = client.post(address, many)
    assert answer.status_code == 409
    assert "10件まで" in answer.content.decode()


def test_handing_in_keeps_a_version_each_time_and_tells_the_lecturer(handed, seat, lecturer):
    owner, _enrolment, _cohort = seat
    assert handed.status == states.HANDED_IN
    assert Notice.objects.filter(recipient_id=lecturer.user_id).count() == 1
    with acting(owner), pytest.raises(Refused, match="変えられません"):
        services.step_save(
            actor=owner, worksheet_id=handed.pk, step="costs", typed={}, revision=None
        )
    with acting(owner):
        services.worksheet_reopen(actor=owner, worksheet_id=handed.pk)
    changed = make.fill(owner, handed, {"costs": {**make.COSTS, "running": "1"}})
    make.hand_in(owner, changed)
    found = WorksheetVersion.objects.order_by("number")
    assert [version.content["costs"]["running"] for version in found] == ["120000", "1"]
    page = client_of(owner).get(at("version", handed.public_id, 1)).content.decode()
    assert "120,000円" in page
    # Nobody rewrites history.
    with acting(owner), pytest.raises(DatabaseError), transaction.atomic():
        WorksheetVersion.objects.update(number=9)


def test_an_unfinished_one_or_one_of_no_course_is_not_handed_in(seat):
    owner, enrolment, _cohort = seat
    unfinished, alone = make.sheet(owner, enrolment=enrolment), make.sheet(owner)
    for row, words in ((unfinished, "入力が残っています"), (alone, "結び付いていない")):
        with acting(owner), pytest.raises(Refused, match=words):
            services.worksheet_hand_in(actor=owner, worksheet_id=row.pk, revision=None)
    client = client_of(owner)
    assert client.post(at("hand_in", unfinished.public_id)).status_code == 302
    assert AuditRow.objects.filter(action="worksheets.refused").count() == 1
    stranger = make.seat()[1]
    with acting(owner), pytest.raises(Refused, match="受講が決まった"):
        services.worksheet_start(actor=owner, kind="plan", enrolment_id=stranger.pk)


def test_a_draft_is_thrown_away_after_one_question(seat):
    owner, _enrolment, _cohort = seat
    row = make.sheet(owner)
    client = client_of(owner)
    assert "下書きを消す" in client.get(at("sheet", row.public_id)).content.decode()
    assert "元に戻せません" in client.get(at("discard", row.public_id)).content.decode()
    assert client.post(at("discard", row.public_id))["Location"] == at("list")
    assert not Worksheet.objects.exists()
    gone = AuditRow.objects.get(action="worksheets.discarded")
    assert gone.detail["kind"] == row.kind


def test_what_others_have_read_or_written_on_is_not_thrown_away(handed, seat, lecturer):
    owner, _enrolment, _cohort = seat
    client = client_of(owner)
    with acting(owner):
        services.worksheet_reopen(actor=owner, worksheet_id=handed.pk)
    assert "下書きを消す" not in client.get(at("sheet", handed.public_id)).content.decode()
    for send in (client.get, client.post):
        answer = send(at("discard", handed.public_id), follow=True)
        assert "消せません" in answer.content.decode()
    assert AuditRow.objects.filter(action="worksheets.refused").exists()
    rival = courses.owner()
    with acting(rival), pytest.raises(Worksheet.DoesNotExist):
        services.worksheet_discard(actor=rival, worksheet_id=handed.pk)
    assert Worksheet.objects.filter(pk=handed.pk).exists()


def test_a_plan_handed_in_is_the_fact_that_the_course_reads(seat):
    owner, enrolment, _cohort = seat
    row = make.fill(owner, make.sheet(owner, "plan", enrolment=enrolment), make.PLAN)
    assert Enrolment.objects.get(pk=enrolment.pk).plan_handed_in_on is None
    make.hand_in(owner, row)
    assert Enrolment.objects.get(pk=enrolment.pk).plan_handed_in_on == clock.today()
    assert AuditRow.objects.filter(action="dojo.plan_handed_in").count() == 1


@pytest.mark.parametrize(
    "cell", matrix(states.WORKSHEET), ids=lambda c: f"{c.status}-{c.action}-{c.role}"
)
def test_every_state_action_and_role(cell):
    from portal.kernel import transitions

    hat = Hat.SUPPORT if cell.role == Role.LECTURER else Hat.FIRM
    actor = Actor(1, "人", hat, frozenset({cell.role}))
    row = Worksheet(status=cell.status)
    move = states.WORKSHEET.transition(cell.action)
    if cell.refusal is None:
        assert cell.status in move.sources
        return
    with pytest.raises(cell.refusal):
        transitions.apply(
            table=states.WORKSHEET, instance=row, action=cell.action, actor=actor, reason="x"
        )
