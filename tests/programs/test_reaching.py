"""届かない通知: the ward sees whom to call, tells, and it is done; other wards see nothing."""

import datetime as dt

import pytest
from django.db import ProgrammingError
from django.test import Client
from django.urls import reverse

from portal.accounts.roles import Role
from portal.duty.selectors.inbox import Wanted, inbox
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.notices import services
from portal.notices.models import DeadAddress, Notice
from portal.notices.tasks import send_waiting
from tests.factories import subsidies as make
from tests.factories.programs import FirmFactory, MembershipFactory
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db


def official(ward_id, email):
    client = Client()
    sign_in(client, assign(make_person(email), Role.REVIEWER, ward_id=ward_id))
    return client


def unread(user, key, topic="subsidies.correction"):
    DeadAddress.objects.get_or_create(
        user=user,
        defaults={
            "address": user.email,
            "source": "bounced",
            "code": "5.1.1",
            "found_at": clock.now(),
        },
    )
    services.notify(
        event_key=key,
        recipients=[user.pk],
        subject=f"通知 {key}",
        body="本文",
        url="/my/",
        topic=topic,
    )


def test_a_ward_reads_no_subject_that_may_be_of_another_ward():
    owner, other = make_person("two@example.jp"), make_person("one@example.jp")
    MembershipFactory(user=owner, firm=FirmFactory())
    MembershipFactory(user=owner, firm=FirmFactory(ward=13111))
    MembershipFactory(user=other, firm=FirmFactory())
    unread(owner, "大田区の不交付")
    unread(other, "墨田区の補正")
    send_waiting()
    page = official(13107, "sumida@example.jp").get(reverse("programs:unreached"))
    text = page.content.decode()
    assert "大田区の不交付" not in text
    assert "件名は本人だけが読めます" in text
    assert "墨田区の補正" in text
    looked = AuditRow.objects.get(action="firm.contacts_viewed")
    assert looked.detail["people"] == sorted([owner.pk, other.pk])


def test_the_ward_of_the_firm_calls_and_says_so():
    firm = FirmFactory()
    owner = make_person("owner@example.jp", name="町田 広")
    MembershipFactory(user=owner, firm=firm)
    DeadAddress.objects.create(
        user=owner, address=owner.email, source="bounced", code="5.1.1", found_at=clock.now()
    )
    for key, topic in (("correction", "subsidies.correction"), ("news", "subsidies.progress")):
        services.notify(
            event_key=key,
            recipients=[owner.pk],
            subject=f"通知 {key}",
            body="本文",
            url="/my/",
            topic=topic,
        )
    send_waiting()
    ward = firm.wards.get().ward_id
    today = clock.today()
    for place, expected in ((ward, [(firm.name, today + dt.timedelta(days=3))]), (13101, [])):
        actor = make.official_actor(place)
        with acting(actor):
            found = inbox(actor, Wanted(room="firms"), today=today)
        assert [(item.line.about, item.line.due) for item in found.items] == expected
    here, there = official(ward, "here@example.jp"), official(13101, "there@example.jp")
    page = reverse("programs:unreached")
    shown = here.get(page).content.decode()
    assert "通知 correction" in shown
    assert "通知 news" not in shown  # not urgent: it waits in the portal
    assert "通知 correction" not in there.get(page).content.decode()
    assert (
        "町田 広さん"
        in here.get(reverse("programs:firm_card", args=[firm.public_id])).content.decode()
    )
    notice = Notice.objects.get(event_key="correction")
    address = reverse("programs:told", args=[notice.pk])
    there.post(address, {"how": "phone"})
    here.post(address, {"how": "pigeon"})
    notice.refresh_from_db()
    assert notice.told_at is None
    for _ in range(2):
        here.post(address, {"how": "phone"})
    notice.refresh_from_db()
    assert notice.told_how == "phone"
    row = AuditRow.objects.get(action="notices.told_otherwise")
    assert row.chain == ward
    assert "通知 correction" not in here.get(page).content.decode()


def test_a_dead_address_of_the_register_waits_until_somebody_has_asked_the_firm():
    firm = FirmFactory(email="Info@machiko.example")
    DeadAddress.objects.create(
        address="info@machiko.example", source="bounced", code="5.1.1", found_at=clock.now()
    )
    ward = firm.wards.get().ward_id
    here, there = official(ward, "here@example.jp"), official(13101, "there@example.jp")
    page, card = reverse("programs:unreached"), reverse("programs:firm_card", args=[firm.public_id])
    assert "Info@machiko.example" in here.get(page).content.decode()
    assert "台帳のアドレス" in here.get(card).content.decode()
    assert "Info@machiko.example" not in there.get(page).content.decode()
    inbox_page = here.get(reverse("duty:inbox"), {"room": "firms"}).content.decode()
    assert "届かないメールアドレスを企業に確かめる" in inbox_page
    address = reverse("programs:mended", args=[firm.public_id])
    there.post(address)
    assert DeadAddress.objects.exists()
    here.post(address)
    assert not DeadAddress.objects.exists()
    assert AuditRow.objects.get(action="notices.address_retried").chain == ward


def test_the_database_shows_officials_no_other_notice_and_lets_them_write_none():
    firm = FirmFactory()
    owner = make_person("owner@example.jp")
    MembershipFactory(user=owner, firm=firm)
    for key, outcome in (("held", "paused"), ("fine", "sent")):
        Notice.objects.create(
            recipient=owner, event_key=key, subject=key, body="本文", url="/my/", outcome=outcome
        )
    actor = make.official_actor(firm.wards.get().ward_id)
    with acting(actor):
        assert [row.event_key for row in Notice.objects.all()] == ["held"]
    with pytest.raises(ProgrammingError, match="row-level security"), acting(actor):
        Notice.objects.update(subject="changed")
