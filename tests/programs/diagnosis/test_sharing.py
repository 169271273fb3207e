"""Who reads a diagnosis: by consent, on the firm's card, in a request for advisors."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from advisors.models import SupportRequest
from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import RoleMissing, StaleState
from programs.diagnosis import policies, services
from programs.diagnosis.models import Audience, Consent, Diagnosis
from programs.diagnosis.selectors.own import start_of
from tests.factories import advisors as support
from tests.factories import diagnosis as make
from tests.factories import dojo as courses
from tests.factories import subsidies as programs
from tests.factories.programs import OTA, SUMIDA
from tests.programs.diagnosis.pages import at, body
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


# Who sees what --------------------------------------------------------------------------------


def sees(actor, row):
    """By the policy and, beneath it, by the row policies."""
    with acting(actor):
        by_policy = policies.visible_diagnoses(actor).filter(pk=row.pk).exists()
        by_rows = Diagnosis.objects.filter(pk=row.pk).exists()
    assert by_policy == by_rows, actor
    return by_policy


def test_each_consent_lets_one_audience_see_until_it_ends(owner):
    row = make.finished(owner, "phase")
    draft = make.begin(owner, "sins")
    reviewer, elsewhere = programs.official_actor(SUMIDA), programs.official_actor(OTA)
    lecturer, stranger = courses.lecturer_actor(), courses.lecturer_actor()
    courses.apply(owner, courses.make_cohort(lecturer=lecturer))
    it, it_entry = support.make_advisor()
    _floor, floor_entry = support.make_advisor()
    idle, _entry = support.make_advisor()
    from programs.models import Firm

    firm = Firm.objects.get(pk=owner.firm_id)
    support.engage(programs.official_actor(SUMIDA), it_entry, floor_entry, firm, owner=owner)
    everybody = {
        "ward": reviewer, "other ward": elsewhere, "lecturer": lecturer, "stranger": stranger,
        "advisor": it, "idle": idle,
    }  # fmt: skip
    assert not any(sees(actor, row) for actor in everybody.values())
    for audience in Audience.values:
        consent = make.share(owner, row, audience)
        assert {name for name, actor in everybody.items() if sees(actor, row)} == {audience}
        assert not any(sees(actor, draft) for actor in everybody.values())
        reader = client_of(everybody[audience])
        assert "企業の同意を得て" in body(reader.get(at("read", row.public_id)))
        assert reader.get(at("read", draft.public_id)).status_code == 404
        if audience != Audience.WARD:
            assert at("read", row.public_id) in body(reader.get(at("shared")))
        consent.refresh_from_db()
        assert consent.last_read_at is not None
        client_of(owner).post(at("consent_end", consent.public_id))
        assert not any(sees(actor, row) for actor in everybody.values())
        assert reader.get(at("read", row.public_id)).status_code == 404
    assert AuditRow.objects.filter(action="diagnosis.read").count() == 3
    assert AuditRow.objects.filter(action="diagnosis.consent_ended").count() == 3
    with acting(owner), pytest.raises(StaleState):
        services.consent_end(actor=owner, consent_id=consent.pk)


def test_only_the_owner_shares_and_only_once(owner):
    from programs.models import Firm

    row = make.finished(owner, "phase")
    member = programs.firm_actor(Firm.objects.get(pk=owner.firm_id), role=Role.FIRM_MEMBER)
    with pytest.raises(RoleMissing):
        make.share(member, row)
    client = client_of(owner)
    here = at("share", row.public_id)
    given = {"audience": "ward", "ward": SUMIDA}
    refused = client.post(here, given)
    assert refused.status_code == 422
    assert "チェックを入れてください" in body(refused)
    assert client.post(here, given | {"consent": "on"}).status_code == 302
    twice = client.post(here, given | {"consent": "on"})
    assert "この相手には、すでに見せています" in body(twice)
    assert "区の担当者（墨田区）" in body(client.get(here))
    assert Consent.objects.get().text.startswith("この診断の結果と答えを")
    assert AuditRow.objects.filter(action="diagnosis.refused").exists()


def test_another_firm_sees_and_writes_nothing_whatever_the_code_forgets(owner):
    row = make.finished(owner, "phase")
    rival = courses.owner()
    with acting(rival):
        assert not Diagnosis.objects.filter(pk=row.pk).exists()
        assert Diagnosis.objects.filter(pk=row.pk).update(score=0) == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.create(
                diagnosis=row, ward_id=SUMIDA, firm_id=owner.firm_id, audience="ward",
                text="x", given_by_id=rival.user_id,
            )  # fmt: skip
    official = programs.official_actor(SUMIDA)
    with acting(official), pytest.raises(DatabaseError), transaction.atomic():
        Diagnosis.objects.create(
            ward_id=SUMIDA, firm_id=owner.firm_id, firm_name="x", person_id=official.user_id,
            person_name="x", instrument="sins", questionnaire=row.questionnaire,
        )  # fmt: skip


# The card and the request for advisors ---------------------------------------------------------


def test_the_card_has_a_lane_of_diagnoses_for_whom_the_firm_lets_see(owner):
    from programs.models import Firm, FirmWard

    row = make.finished(owner, "phase", place=1)
    make.begin(owner, "security")
    firm = Firm.objects.get(pk=owner.firm_id)
    FirmWard.objects.get_or_create(
        firm=firm, ward_id=SUMIDA, defaults={"basis": "site", "since": dt.date(2024, 4, 1)}
    )
    own = body(client_of(owner).get(reverse("programs:own_card")))
    assert "診断「DXの4段階」の結果が出ました" in own
    assert "診断「情報セキュリティの点検」の続きに答える" in own
    office = client_of(programs.official_actor(SUMIDA))
    card = reverse("programs:firm_card", args=[firm.public_id])
    assert "DXの4段階" not in body(office.get(card))
    make.share(owner, row)
    seen = body(office.get(card))
    assert "診断「DXの4段階」の結果が出ました" in seen
    assert at("read", row.public_id) in seen
    assert "情報セキュリティの点検" not in seen


def test_a_request_for_advisors_begins_with_the_latest_hearing(owner):
    make.finished(owner, "phase", place=0)
    row = make.finished(
        owner, "hearing", trouble=["cost", "stock"], idea=["own"], why=["special"], wall=["cost"]
    )
    make.finished(owner, "sins")
    client = client_of(owner)
    shown = body(client.get(reverse("advisors:ask")))
    assert "製品ごとの原価が分からず" in shown
    assert "A-1 自社は特別で既製品は合わない" in shown
    form = {
        "ward": SUMIDA, "trouble": "原価が分からない", "wish": "月次で見たい", "times": "火曜",
        "fields_": ["cost"], "languages": ["ja"], "use_diagnosis": "on", "lets_see": "on",
    }  # fmt: skip
    client.post(reverse("advisors:ask"), form)
    asked = SupportRequest.objects.get()
    assert asked.diagnosis_id == row.pk
    assert asked.barriers == row.result["barriers"]
    assert {"A-1", "C-1"} <= set(asked.barriers)
    assert set(Consent.objects.values_list("audience", flat=True)) == {"ward", "advisor"}
    office = client_of(programs.official_actor(SUMIDA))
    triage = reverse("advisors:request", args=[asked.public_id])
    assert at("read", row.public_id) in body(office.get(triage))
    assert "C-1 費用を負担する余裕がない" in body(office.get(triage))
    for consent in Consent.objects.all():
        client.post(at("consent_end", consent.public_id))
    assert "企業が見せていないため" in body(office.get(triage))


def test_without_consent_the_office_sees_no_more_than_the_barriers_of_a_request(owner):
    row = make.finished(owner, "hearing", wall=["skill"])
    form = {
        "ward": SUMIDA,
        "trouble": "困った",
        "wish": "直したい",
        "times": "火曜",
        "languages": ["ja"],
    }
    client_of(owner).post(reverse("advisors:ask"), form | {"use_diagnosis": "on"})
    asked = SupportRequest.objects.get()
    assert asked.diagnosis_id == row.pk
    assert not Consent.objects.exists()
    office = client_of(programs.official_actor(SUMIDA))
    shown = body(office.get(reverse("advisors:request", args=[asked.public_id])))
    assert "企業が見せていないため" in shown
    assert "D-1 保守・運用の技能がない" in shown


def test_an_official_begins_a_request_with_what_the_firm_lets_the_ward_see(owner):
    from programs.models import Firm, FirmWard

    firm = Firm.objects.get(pk=owner.firm_id)
    FirmWard.objects.get_or_create(
        firm=firm, ward_id=SUMIDA, defaults={"basis": "site", "since": dt.date(2024, 4, 1)}
    )
    row = make.finished(owner, "hearing", trouble=["due"])
    official = programs.official_actor(SUMIDA)
    office, here = client_of(official), reverse("advisors:ask_for")
    typed = {"firm": firm.name, "wish": "夜勤でも入力できるように", "diagnosis": ""}
    shown = body(office.post(here, typed))
    assert "見せている診断はありません" in shown
    make.share(owner, row)
    shown = body(office.post(here, typed))
    assert "注文に、納期をすぐ答えられない" in shown
    assert "夜勤でも入力できるように" in shown, "what was typed stays"
    led = f"{here}?firm={firm.public_id}"
    assert f'action="?firm={firm.public_id}"' in shown
    form = {
        "firm": firm.name,
        "trouble": "納期",
        "wish": "早く",
        "times": "火曜",
        "languages": ["ja"],
    }
    office.post(led, form | {"use_diagnosis": "on"})
    asked = SupportRequest.objects.get()
    assert (asked.by_office, asked.diagnosis_id) == (True, row.pk)
    assert office.get(f"{here}?firm=nonsense").status_code == 200


def test_a_request_that_names_what_is_not_the_firms_is_refused(owner):
    from advisors.services import Refused, Wish, request_send

    theirs = make.finished(courses.owner(), "hearing")
    wish = Wish("困った", "直したい", "火曜", diagnosis_id=theirs.pk)
    with acting(owner), pytest.raises(Refused):
        request_send(actor=owner, firm_id=owner.firm_id, ward_id=SUMIDA, wish=wish)
    with acting(owner):
        assert start_of(owner, owner.firm_id) is None


def test_lists_ask_a_constant_number_of_queries(owner):
    client = client_of(owner)
    make.finished(owner, "adoption")
    client.get(at("home"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked():
        with CaptureQueriesContext(connection) as found:
            client.get(at("home"))
        return len(found)

    one = asked()
    row = Diagnosis.objects.get()
    fields = {f.attname: getattr(row, f.attname) for f in Diagnosis._meta.concrete_fields}
    for name in ("id", "public_id"):
        del fields[name]
    Diagnosis.objects.bulk_create(Diagnosis(**fields) for _number in range(29))
    assert asked() == one
