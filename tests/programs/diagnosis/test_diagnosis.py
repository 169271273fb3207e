"""A diagnosis from the first page to its result: what is kept, what follows, what is refused."""

import datetime as dt
from copy import deepcopy

import pytest
from django.db.models import F
from django.urls import reverse

from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import OutboxEvent
from portal.kernel.transitions import RoleMissing, StaleState, matrix
from portal.notices.models import Notice
from programs.diagnosis import services, states, words
from programs.diagnosis.instruments import ORDER, brought
from programs.diagnosis.models import Diagnosis, Questionnaire
from programs.diagnosis.rules.definition import built
from programs.diagnosis.rules.path import walk
from programs.diagnosis.rules.toml import written
from programs.diagnosis.selectors.peers import position_of
from tests.factories import diagnosis as make
from tests.factories import subsidies as programs
from tests.factories.programs import SUMIDA
from tests.programs.diagnosis.pages import at, body
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


def save_version(policy, instrument, change):
    data = deepcopy(brought(instrument))
    change(data)
    with acting(policy):
        return services.version_save(
            actor=policy, instrument=instrument, text=written(data), note="直した", after=1
        )


# Answering ------------------------------------------------------------------------------------


def test_every_diagnosis_is_answered_on_its_pages_and_gives_a_result(owner):
    client = client_of(owner)
    for instrument in ORDER:
        address = client.post(at("start", instrument))["Location"]
        row = Diagnosis.objects.get(instrument=instrument)
        sheet = built(row.questionnaire.definition)
        answers = make.all_answers(sheet, 0)
        place = client.get(address)["Location"]
        for page in walk(sheet, answers):
            assert place == at("page", row.public_id, page.code)
            shown = body(client.get(place))
            assert str(page.title) in shown
            revision = Diagnosis.objects.get(pk=row.pk).revision
            place = client.post(place, {**answers, "revision": revision})["Location"]
        assert place == address
        assert "次の3つの手" in body(client.get(place))
        assert client.get(at("pdf", row.public_id)).content.startswith(b"%PDF")
    assert "これまでの診断" in body(client.get(at("home")))


def test_what_is_missing_is_said_and_nothing_typed_is_lost(owner):
    row = make.begin(owner, "productivity")
    client = client_of(owner)
    here = at("page", row.public_id, "accounts")
    answer = client.post(here, {"sales": "だいたい1億", "profit": "-2,500,000", "revision": 0})
    assert answer["Location"] == f"{here}?problems=1#main"
    shown = body(client.get(answer["Location"]))
    assert "「売上高」は整数で入力してください" in shown
    assert "だいたい1億" in shown
    with acting(owner), pytest.raises(services.Unfinished):
        services.diagnosis_finish(actor=owner, diagnosis_id=row.pk)
    # Another tab that was filled before is told, and keeps its text.
    stale = client.post(here, {"sales": "2", "revision": 0})
    assert stale.status_code == 409
    assert "ほかの画面で保存された" in body(stale)
    assert (
        client.post(at("autosave", row.public_id, "accounts"), {"revision": 0}).status_code == 409
    )
    later = client.post(here, {"sales": "100", "profit": "1", "revision": 1, "later": ""})
    assert later["Location"] == at("home")
    assert "続きに答える" in body(client.get(at("home")))
    assert "診断の続きに答える" in body(client.get(reverse("desk:my")))


def test_a_text_that_is_too_long_is_kept_and_said_to_be(owner):
    row = make.begin(owner, "hearing")
    typed = {"trouble": ["due", "?"], "words": '％"🔩' * 1000}
    make.answer(owner, row, {"view": "3"})
    with acting(owner):
        services.page_save(
            actor=owner, diagnosis_id=row.pk, page="trouble", typed=typed, revision=None
        )
    row.refresh_from_db()
    assert row.answers["words"] == typed["words"]
    shown = body(client_of(owner).get(at("page", row.public_id, "trouble") + "?problems=1"))
    assert "は2,000字以内で入力してください" in shown


def test_questions_that_change_meanwhile_keep_what_still_fits(owner, policy):
    row = make.answer(owner, make.begin(owner, "phase"), {"g1": "yes", "g2": "some", "g3": "no"})

    def other(data):
        questions = data["pages"][0]["questions"]
        questions[1]["code"] = "g2b"
        questions[0]["text"]["ja"] = "受注から出荷までの流れを、図に書いている"

    save_version(policy, "phase", other)
    assert Notice.objects.filter(
        recipient_id=owner.user_id, topic="diagnosis.version_changed"
    ).exists()
    client = client_of(owner)
    shown = body(client.get(at("page", row.public_id, "grasp")))
    assert "設問が新しくなりました" in shown
    assert "時間のかかる仕事・間違いの多い仕事を、数字で言える" in shown
    row.refresh_from_db()
    assert (row.answers, row.aside) == ({"g1": "yes", "g3": "no"}, {"g2": "some"})
    assert row.questionnaire.number == 2
    # Saved from a page of the old version: kept first, then brought under the new one.
    again = make.answer(owner, make.begin(owner, "sins"), {"plan1": "none"})
    save_version(policy, "sins", lambda data: data["pages"][0]["questions"][1].update(code="plan9"))
    place = client.post(
        at("page", again.public_id, "a"),
        {"plan1": "rare", "plan2": "none", "revision": again.revision},
    )
    again.refresh_from_db()
    assert again.answers == {"plan1": "rare"}
    assert again.aside == {"plan2": "none"}
    assert place["Location"].startswith(at("page", again.public_id, "a"))


def test_the_drill_says_what_of_3_2_1_is_there(owner):
    row = make.finished(owner, "security", copies="3", media="1", offsite="yes")
    assert [kept for _label, kept in words.shown(row).backups] == [True, False, True]
    assert "バックアップの3-2-1" in body(client_of(owner).get(at("diagnosis", row.public_id)))


def test_a_draft_may_be_thrown_away_and_a_result_may_not(owner):
    client = client_of(owner)
    draft = make.begin(owner, "security")
    assert client.post(at("discard", draft.public_id))["Location"] == at("home")
    assert not Diagnosis.objects.exists()
    done = make.finished(owner, "adoption")
    client.post(at("discard", done.public_id))
    done.refresh_from_db()
    with acting(owner), pytest.raises(StaleState):
        services.page_save(
            actor=owner, diagnosis_id=done.pk, page="tool", typed={"t1": "yes"}, revision=None
        )
    assert Diagnosis.objects.get().answers["t1"] == "no"


def test_the_result_is_kept_with_its_rule_and_tells_nobody(owner):
    told = OutboxEvent.objects.count()
    row = make.finished(owner, "phase", place=3)
    assert (row.score, row.result["level"], row.result["rule"]) == (100, "4", 1)
    assert len(row.result["lines"]) == 16
    # Survey waves ask for themselves: an answer here feeds no indicator.
    assert OutboxEvent.objects.count() == told
    client = client_of(owner)
    client.post(at("ticks", row.public_id), {"floor": ["floor_win"], "secure": ["secure_backup"]})
    row.refresh_from_db()
    assert row.ticks == ["floor_win", "secure_backup"]
    make.finished(owner, "phase", place=2)
    shown = body(client.get(at("diagnosis", Diagnosis.objects.latest("pk").public_id)))
    assert "100点から66点へ" in shown
    assert "dx-radar__before" in shown


@pytest.mark.parametrize("cell", matrix(states.DIAGNOSIS), ids=lambda c: f"{c.status}-{c.role}")
def test_every_state_action_and_role(cell):
    from portal.kernel import transitions

    row = Diagnosis(status=cell.status)
    if cell.refusal is None:
        assert cell.status in states.DIAGNOSIS.transition(cell.action).sources
        return
    with pytest.raises(cell.refusal):
        transitions.apply(
            table=states.DIAGNOSIS,
            instance=row,
            action=cell.action,
            actor=Actor(1, "人", Hat.FIRM, frozenset({cell.role})),
        )


# Among others ---------------------------------------------------------------------------------


def like(row, number, score):
    """So many other firms of the same size and industry with these points."""
    made = []
    for _one in range(number):
        firm = programs.make_firm()
        made.append(
            Diagnosis(
                ward_id=SUMIDA, firm=firm, firm_name=firm.name, person_id=row.person_id,
                person_name="人", instrument=row.instrument, questionnaire=row.questionnaire,
                status=states.DONE, result=row.result, score=score, size=row.size, jsic=row.jsic,
                finished_at=clock.now(),
            )
        )  # fmt: skip
    Diagnosis.objects.bulk_create(made)


def test_the_position_is_shown_from_ten_firms_on(owner):
    row = make.finished(owner, "phase", place=2)
    client = client_of(owner)
    like(row, 9, 90)
    assert position_of(row) is None
    assert "10社に満たない" in body(client.get(at("diagnosis", row.public_id)))
    like(row, 1, 10)
    found = position_of(row)
    assert found is not None
    assert (found.circle, found.firms, found.third) == ("alike", 10, 1)
    # One firm with few points is not told, and what would tell on it neither.
    assert [band.firms for band in found.bands].count(None) == 2
    shown = body(client.get(at("diagnosis", row.public_id)))
    assert "規模と業種が同じ10社" in shown
    assert "非公表" in shown
    # Old results and those of one's own firm do not count.
    Diagnosis.objects.exclude(pk=row.pk).update(
        finished_at=F("finished_at") - dt.timedelta(days=1200)
    )
    assert position_of(row) is None


# Versions -------------------------------------------------------------------------------------


def test_policy_staff_save_versions_and_a_circle_is_refused(policy):
    client = client_of(policy)
    here = at("version_new", "hearing")
    assert "第1版を直して保存します" in body(client.get(here))
    data = deepcopy(brought("hearing"))
    data["pages"][3]["next"] = "trouble"
    form = {"text": written(data), "note": "順番を変えた", "after": 1}
    refused = client.post(here, form)
    assert refused.status_code == 422
    assert "分岐が輪になっていて、終わりません（trouble → idea → why → trouble）" in body(refused)
    assert Questionnaire.objects.filter(instrument="hearing").count() == 1
    assert "TOMLとして読めません" in body(client.post(here, form | {"text": "code = "}))
    data["pages"][3]["next"] = "joint"
    form |= {"text": written(data)}
    assert client.post(here, form)["Location"] == at("versions")
    assert Questionnaire.objects.latest("pk").number == 2
    late = client.post(here, form)
    assert "ほかの画面で保存された内容があります" in body(late)
    assert "順番を変えた" in body(client.get(at("versions")))
    reviewer = programs.official_actor(SUMIDA)
    with acting(reviewer), pytest.raises(RoleMissing):
        services.version_save(actor=reviewer, instrument="sins", text="", note="x", after=1)
