"""A diagnosis tried signed out, taken over by a firm; the yearly reminder; the radar on paper."""

import datetime as dt
import io

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices.models import Notice
from programs.diagnosis import services, trying, words
from programs.diagnosis.drawing import ladder_svg, radar_svg
from programs.diagnosis.firm_history import _points
from programs.diagnosis.models import Diagnosis
from programs.diagnosis.papers import diagnosis_pdf
from programs.diagnosis.rules.path import walk
from programs.diagnosis.rules.position import Band, Position
from programs.diagnosis.selectors.steps import next_of
from programs.diagnosis.selectors.versions import in_force
from programs.diagnosis.services import taking
from tests.factories import diagnosis as make
from tests.programs.diagnosis.pages import at, body
from tests.programs.diagnosis.test_diagnosis import save_version
from tests.support.people import client_of, sign_in

pytestmark = pytest.mark.django_db


def try_all(client, instrument="phase", place=0):
    """Answer every page on the way; gives the result's address."""
    sheet = in_force()[instrument]
    answers = make.all_answers(sheet, place)
    address = client.post(at("try_start", instrument))["Location"]
    for page in walk(sheet, answers):
        assert address == at("try_page", page.code)
        address = client.post(address, answers)["Location"]
    return address


def test_tried_signed_out_it_is_shown_and_stored_nowhere(client):
    assert "DXの4段階" in body(client.get(at("try")))
    assert client.get(at("try_result"))["Location"] == at("try")
    # A page left empty is said to be, and nothing typed is lost.
    first = client.post(at("try_start", "phase"))["Location"]
    assert client.post(first, {"g1": "yes"})["Location"] == f"{first}?problems=1#main"
    assert "を選んでください" in body(client.get(f"{first}?problems=1"))
    assert client.get(at("try_result"))["Location"] == f"{first}?problems=1#main"
    place = try_all(client)
    assert place == at("try_result")
    shown = body(client.get(place))
    assert "まだ、どこにも保存していません" in shown
    assert "dx-radar" in shown
    assert "ほかの会社と比べて" not in shown
    assert not Diagnosis.objects.exists()
    client.post(at("try_forget"))
    assert client.get(place)["Location"] == at("try")
    assert client.post(at("try_start", "nothing")).status_code == 404


def test_beginning_over_and_over_ends_soon(settings):
    """Each begins a session, which is a row of ours; going on with one does not count."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "diagnosis_try": "2/m/ip"}
    begun = [Client().post(at("try_start", "phase")).status_code for _time in range(3)]
    assert begun == [302, 302, 429]


def test_it_outlives_the_sign_in_and_a_firm_takes_it_over(client, owner):
    try_all(client, "hearing")
    assert "/accounts/login/" in client.get(at("try_take_over"))["Location"]
    sign_in(client, User.objects.get(pk=owner.user_id))
    assert "試した診断を、自社の診断として残す" in body(client.get(reverse("desk:my")))
    assert "自社の診断として残せます" in body(client.get(at("home")))
    assert "自社の診断として残す" in body(client.get(at("try_result")))
    place = client.post(at("try_take_over"))["Location"]
    row = Diagnosis.objects.get()
    assert place == at("diagnosis", row.public_id)
    assert row.result["barriers"]
    assert row.firm_id == owner.firm_id
    # Barriers are said in words, and the try is gone.
    assert "自社は特別" in _points(row) or "変える理由がない" in _points(row)
    assert trying.KEY not in client.session
    # A draft of the firm's own is never written over.
    make.answer(owner, make.begin(owner, "phase"), {"g1": "no"})
    try_all(client, "phase")
    assert client.post(at("try_take_over"))["Location"] == at("try_result")
    assert "同じ診断が入力の途中です" in body(client.get(at("try_result")))
    assert Diagnosis.objects.get(instrument="phase").answers["g1"] == "no"


def test_questions_that_change_while_somebody_tries_keep_what_fits(client, policy):
    first = client.post(at("try_start", "phase"))["Location"]
    client.post(first, {"g1": "yes", "g2": "some"})

    def other(data):
        data["pages"][0]["questions"][1]["code"] = "g2b"

    save_version(policy, "phase", other)
    shown = body(client.get(first))
    assert "設問が新しくなりました" in shown
    assert "合わなくなった答え" in shown
    assert client.session[trying.KEY]["answers"] == {"g1": "yes"}


def test_a_year_on_who_wanted_it_is_told_once(owner):
    row = make.finished(owner, "phase")
    silent = make.finished(owner, "sins")
    client = client_of(owner)
    client.post(at("reminder", row.public_id), {"wanted": "yes"})
    assert "お知らせをやめる" in body(client.get(at("diagnosis", row.public_id)))
    day = clock.to_date(row.finished_at)

    def told(days):
        with acting(Actor.system("test")):
            return taking.remind(today=day + dt.timedelta(days=days))

    assert told(364) == 0
    assert told(365) == 1
    assert told(366) == 0
    notice = Notice.objects.get(topic="diagnosis.yearly")
    assert notice.recipient_id == owner.user_id
    assert "DXの4段階" in notice.subject
    assert not Diagnosis.objects.filter(remind__isnull=False).exists()
    # Taken back in time, nothing is said; nor where it was taken again.
    with acting(owner):
        services.reminder_set(actor=owner, diagnosis_id=silent.pk, wanted=True)
        services.reminder_set(actor=owner, diagnosis_id=silent.pk, wanted=False)
        services.reminder_set(actor=owner, diagnosis_id=row.pk, wanted=True)
    make.finished(owner, "phase", place=1)
    assert told(400) == 0


def test_the_radar_is_drawn_on_paper(owner):
    row = make.finished(owner, "phase")
    told = words.shown(Diagnosis.objects.select_related("questionnaire").get(pk=row.pk))
    drawn = radar_svg(told.radar)
    assert told.radar.shape in drawn
    assert drawn.count("<circle") == len(told.sides)
    ladder = ladder_svg(told.ladder)
    assert ladder.count("<rect") == len(told.rungs)
    assert ladder.count('#1a3ebe" stroke') == 1, "one rung is where the firm stands"


def test_the_paper_tells_what_the_page_tells(owner):
    """Ladder, position among firms, and the firm's own next steps; the steps are nobody else's."""
    row = make.finished(owner, "phase")
    paper = pdf_words(client_of(owner).get(at("pdf", row.public_id)).content)
    for words_ in (
        "段階のはしご",
        "いまここ",
        "ほかの会社と比べて",
        "10社に満たない",
        "次の3つの手",
    ):
        assert words_ in paper
    (step, *_rest) = next_of(owner, in_force()["phase"], row.result, clock.today())
    assert squeezed(step.offer.title) in paper
    alike = Position("alike", 12, 2, (Band(0, 24, None, False), Band(50, 74, 7, True)))
    with translation.override("ja"):
        made, _name = diagnosis_pdf(row, position=alike, steps=None)
    paper = pdf_words(made)
    assert "規模と業種が同じ12社と比べました。真ん中の3分の1にいます。" in paper
    assert "50–74点（自社）7社" in paper
    assert "0–24点非公表" in paper
    assert "次の3つの手" not in paper


def pdf_words(content):
    reader = pypdf.PdfReader(io.BytesIO(content))
    return squeezed("".join(page.extract_text() for page in reader.pages))


def squeezed(text):
    return "".join(text.split())
