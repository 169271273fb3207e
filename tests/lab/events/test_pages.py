"""The pages: what people read, what is kept where it is refused, how many queries a list costs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lab.events import states
from lab.events.models import Event, Registration
from lab.events.services import registering
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from programs.history import history_of
from programs.models import Firm
from tests.factories import booking
from tests.factories import lab_events as build
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def url(name, *arguments):
    return reverse(f"events:{name}", args=arguments)


def test_a_visitor_reads_of_the_event_and_of_nobody_who_comes():
    _staff, _lab, event = build.scene(capacity=1, slots=1)
    person = build.owner(name="秘密の工場")
    build.register(person, event)
    page = text(Client().get(url("events")))
    assert event.title in page
    assert "満席" in page
    page = text(Client().get(url("event", event.public_id)))
    assert "キャンセル待ちに申し込む" in page
    assert "秘密の工場" not in page
    english = Client(headers={"accept-language": "en"}).get(url("events"))
    assert "セミナー" not in text(english)
    assert Client().get(url("events"), {"ward": "x", "kind": "x"}).status_code == 200


def test_a_refusal_keeps_what_was_typed_and_leaves_its_row():
    _staff, _lab, event = build.scene(audience="host")
    person = build.owner(ward=13111)
    answer = client_of(person).post(url("register", event.public_id), {"wish": "油の部品"})
    assert answer.status_code == 422
    assert "主催する区" in text(answer)
    assert "油の部品" in text(answer)
    assert AuditRow.objects.filter(action="events.refused", actor_id=person.user_id).exists()


def test_who_is_offered_a_seat_is_asked_for_an_answer_on_the_events_own_page():
    _staff, _lab, event = build.scene(capacity=1)
    seated, waiting = build.owner(), build.owner()
    row = build.register(seated, event)
    build.register(waiting, event)
    client = client_of(waiting)
    assert "この催しに申し込んでいます" in text(client.get(url("event", event.public_id)))
    with acting(seated):
        registering.withdraw(actor=seated, registration_id=row.pk)
    page = text(client.get(url("event", event.public_id)))
    assert "参加するか返事をしてください" in page
    assert "この催しに申し込んでいます" not in page


def test_nobody_is_told_of_a_seat_in_an_event_that_is_over():
    _staff, _lab, event = build.scene()
    person = build.owner()
    build.register(person, event)
    build.going_on(event, minutes=-600)
    assert "来場の記録なし" in text(client_of(person).get(url("mine")))


def test_the_door_reads_digits_as_people_type_them():
    _staff, _lab, event = build.scene()
    row = build.register(build.owner(), event)
    build.going_on(event)
    wide = row.code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    answer = Client().post(url("door", event.door), {"code": f"{wide[:3]} {wide[3:]}"})
    assert "受け付けました" in text(answer)
    again = Client().post(url("door", event.door), {"code": row.code})
    assert again.status_code == 409
    assert "受付済み" in text(again)


def test_the_list_at_the_desk_keeps_its_marks_where_a_reason_is_missing():
    staff, _lab, event = build.scene()
    rows = [build.register(build.owner(), event) for _ in range(2)]
    build.going_on(event)
    build.come(event, rows[0])
    client = client_of(staff)
    page = text(client.get(url("board", event.public_id)))
    assert f'name="was" value="{rows[0].pk}"' in page
    assert f'name="was" value="{rows[1].pk}"' not in page
    # A page that was opened before the first came in takes nothing away from them.
    keys = [str(row.pk) for row in rows]
    client.post(url("attendance", event.public_id), {"row": keys, "reason": "別の訂正"})
    assert Registration.objects.get(pk=rows[0].pk).attended_on is not None
    posted = {"row": keys, "was": [str(rows[0].pk)], f"came-{rows[1].pk}": "on"}
    answer = client.post(url("attendance", event.public_id), posted)
    assert answer.status_code == 409
    assert "訂正の理由" in text(answer)
    assert f'name="came-{rows[1].pk}" checked' in text(answer)
    client.post(url("attendance", event.public_id), {**posted, "reason": "隣の方だった"})
    came = Registration.objects.exclude(attended_on=None).get()
    assert came.pk == rows[1].pk
    walked = client.post(url("walk_in", event.public_id), {"name": "飛入 太郎"})
    assert walked.status_code == 302
    assert Registration.objects.get(is_walk_in=True).attended_on == Event.objects.get().day
    empty = client.post(url("walk_in", event.public_id), {"name": ""})
    assert empty.status_code == 422


def test_the_card_of_the_firm_tells_of_the_event():
    _staff, _lab, event = build.scene()
    person = build.owner()
    row = build.register(person, event)
    firm = Firm.objects.get(pk=person.firm_id)

    def told():
        with acting(person):
            found = history_of(person, firm, Event.objects.get().day)
        return [item.words() for item in found.events], [str(item.what) for item in found.todos]

    assert "ラボの催しに参加する" in told()[1]
    build.come(build.going_on(event), row)
    assert any("ラボの催しに参加しました" in words for words in told()[0])


def test_lists_cost_the_same_with_thirty_rows():
    staff, lab, event = build.scene(capacity=40, slots=1)
    pages = [(client_of(staff), url("home")), (client_of(staff), url("board", event.public_id))]
    pages += [(Client(), url("events"))]
    build.register(build.owner(), event)

    def costs():
        found = []
        for client, address in pages:
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    before = costs()
    person = build.owner()
    with acting(booking.SYSTEM):
        Registration.objects.bulk_create(
            Registration(
                event=event, ward_id=event.ward_id, person_name=f"客{n}", code=f"9{n:05}",
                status=states.REGISTERED, firm_id=person.firm_id, firm_ward_id=event.ward_id,
            )
            for n in range(30)
        )  # fmt: skip
    for _ in range(3):
        build.announced(staff, lab)
    assert costs() == before
