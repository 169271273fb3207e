"""Who leaves, and what they were: owner, official, advisor. What they worked on is not theirs."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from advisors.claims.models import Claim
from advisors.models import Visit
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.cms.mailing.models import Subscription
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files import storage
from portal.kernel.models import AuditRow
from portal.notices import services as notices
from portal.notices.models import DeadAddress, Notice
from portal.notices.tasks import send_waiting
from portal.personal import services
from portal.personal.models import MOST_ATTEMPTS, DataCopy, DeletionRequest
from portal.personal.services import copies, erasing
from portal.personal.tasks import work_off
from programs.models import FirmMembership
from subsidies.models import Application, Decision
from tests.factories import advisors as support
from tests.factories import claims as fees
from tests.factories import diagnosis
from tests.factories import subsidies as make
from tests.factories.programs import SUMIDA, MembershipFactory
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    user = assign(make_person("admin@example.jp"), Role.WARD_ADMIN, ward_id=SUMIDA)
    return Actor(user.pk, user.name, Hat.WARD, frozenset({Role.WARD_ADMIN}), ward_id=SUMIDA)


@pytest.fixture
def sysadmin():
    user = assign(make_person("system@example.jp"), Role.SYSADMIN)
    return Actor(user.pk, user.name, Hat.ADMIN, frozenset({Role.SYSADMIN}))


def actor_of(user):
    return Actor.public(user_id=user.pk, name=user.name)


def asked(user):
    return services.deletion_ask(actor=actor_of(user), wish="")


def erased(row, admin):
    services.deletion_check(actor=admin, public_id=row.public_id)
    return services.deletion_erase(actor=admin, public_id=row.public_id)


def named(key, name):
    """The person of the actor, under a name of their own."""
    User.objects.filter(pk=key).update(name=name)
    return User.objects.get(pk=key)


def role_over(user):
    with acting(Actor.system("test")):
        Assignment.objects.filter(user=user).update(valid_to=clock.today() - dt.timedelta(1))


def copied(user):
    with acting(copies.SYSTEM):
        made = zipfile.ZipFile(copies._bundle(user))
    return made.read("data.json").decode()


def test_of_two_owners_one_goes_and_the_firm_keeps_its_case(admin):
    case = make.make_submitted()
    first = named(case.created_by_id, "初代 社長")
    second = make_person("second@example.jp")
    case.firm.memberships.exclude(user=first).update(valid_to=clock.today())
    MembershipFactory(user=second, firm=case.firm)
    rows = [asked(first), asked(second)]
    erased(rows[0], admin)
    assert not FirmMembership.objects.filter(user=first, valid_to=None).exists()
    assert Application.objects.get(pk=case.pk).status == case.status
    services.deletion_check(actor=admin, public_id=rows[1].public_id)
    with pytest.raises(services.Refused, match="代表者はあなただけ"):
        services.deletion_erase(actor=admin, public_id=rows[1].public_id)
    client = Client()
    sign_in(client, second)
    page = client.get(reverse("subsidies:application", args=[case.receipt_no]), follow=True)
    assert "初代 社長" not in page.content.decode()


def test_an_official_goes_after_the_role_and_the_record_says_who_decided(admin, sysadmin):
    reviewer = make.official_actor()
    case = make.make_proposed(reviewer=reviewer)
    user = named(reviewer.user_id, "起案 した子")
    with pytest.raises(services.Refused, match="職員の役割"):
        asked(user)
    role_over(user)
    row = asked(user)
    assert row.ward_id is None
    with pytest.raises(DeletionRequest.DoesNotExist):
        services.deletion_check(actor=admin, public_id=row.public_id)
    erased(row, sysadmin)
    decision = Decision.objects.get(application=case)
    assert decision.prepared_by.name == erasing.PSEUDONYM
    trail = AuditRow.objects.filter(
        actor_id=user.pk, object_type="subsidies.application", object_id=str(case.pk)
    )
    assert set(trail.values_list("actor_name", flat=True)) == {reviewer.name}


def test_an_official_who_was_given_a_role_since_stays(sysadmin):
    user = make_person("former@example.jp")
    row = asked(user)
    services.deletion_check(actor=sysadmin, public_id=row.public_id)
    assign(user, Role.REVIEWER, ward_id=SUMIDA)
    with pytest.raises(services.Refused, match="職員の役割"):
        services.deletion_erase(actor=sysadmin, public_id=row.public_id)
    assert User.objects.get(pk=user.pk).is_active


@pytest.fixture
def advised():
    """An advisor with a visit of last month and the claim for it."""
    office = make.official_actor()
    support.make_fees()
    advisor, entry = support.make_advisor(name="渡辺 由紀", sides=("it",))
    _other, floor = support.make_advisor(name="小林 修", sides=("floor",))
    case = support.engage(office, entry, floor, days=70)
    owner = make.firm_actor(case.firm)
    visit = fees.accepted_last_month(advisor, case, owner, office, note="主力の取引先を失った。")
    return User.objects.get(pk=advisor.user_id), visit, fees.submitted(advisor)


def test_an_advisor_goes_and_the_payment_still_says_to_whom(advised, sysadmin):
    user, visit, claim = advised
    with pytest.raises(services.Refused, match="職員の役割"):
        asked(user)
    role_over(user)
    row = erased(asked(user), sysadmin)
    assert row.kept[erasing.MONEY] > 0
    claim = Claim.objects.get(pk=claim.pk)
    assert (claim.advisor_name, claim.payee_name) == ("渡辺 由紀", "渡辺 由紀")
    assert Visit.objects.get(pk=visit.pk).note == "主力の取引先を失った。"
    assert Visit.objects.get(pk=visit.pk).advisor.name == erasing.PSEUDONYM


def test_a_copy_of_an_advisor_tells_nothing_of_a_firm(advised):
    user, _visit, claim = advised
    text = copied(user)
    assert "主力の取引先を失った" not in text
    assert "advisors.visit.acts" in text
    assert claim.number in text


def test_a_copy_of_who_left_a_firm_tells_nothing_of_it(admin):
    owner = make.firm_actor(make.make_firm())
    row = diagnosis.finished(owner)
    user = User.objects.get(pk=owner.user_id)
    assert row.firm_name in copied(user)
    FirmMembership.objects.filter(user=user).update(valid_to=clock.today())
    text = copied(user)
    assert row.firm_name not in text
    assert "diagnosis.diagnosis.acts" in text


def test_a_copy_of_an_official_tells_nothing_of_the_cases_they_were_told_of():
    user = User.objects.get(pk=make.official_actor().user_id)
    for topic, words in (("subsidies.office_incoming", "他社の補正"), ("", "ご本人へ")):
        notices.notify(
            event_key=words, recipients=[user.pk], subject=words, body=words, url="/", topic=topic
        )
    send_waiting()
    text = copied(user)
    assert "他社の補正" not in text
    assert text.count("ご本人へ") >= 4, "the notice and its mail, subject and text"
    assert "notices.sentmail.acts" in text


def test_the_news_of_an_address_end_with_it(sysadmin):
    user = make_person("reader@example.jp")
    for address in ("Reader@example.jp", "other.reader@example.jp"):
        Subscription.objects.create(email=address, categories=["call"], confirmed_at=clock.now())
    DeadAddress.objects.create(
        address=user.email, source="bounced", code="5.1.1", found_at=clock.now()
    )
    erased(asked(user), sysadmin)
    assert not DeadAddress.objects.exists()
    assert [row.email for row in Subscription.objects.all()] == ["other.reader@example.jp"]


def test_a_copy_that_cannot_be_made_stops_nobody_and_may_be_ordered_anew():
    broken, whole = make_person("broken@example.jp"), make_person("whole@example.jp")
    firm = MembershipFactory(user=broken).firm
    with acting(Actor.system("test")):
        stored = files.store_generated(
            actor=actor_of(broken).elevated(),
            content=io.BytesIO(b"x"),
            name="x.csv",
            content_type="text/csv",
            purpose="test",
            ward_id=None,
            firm_id=firm.pk,
        )
    place = Path(storage.private().path(stored.storage_key))
    place.unlink()
    place.mkdir()
    for user in (broken, whole):
        services.copy_order(actor=actor_of(user))
    assert [work_off() for _ in range(MOST_ATTEMPTS + 1)] == [1, *[0] * MOST_ATTEMPTS]
    copy = DataCopy.objects.get(person=broken)
    assert copy.has_failed
    told = Notice.objects.get(recipient=broken, event_key__startswith="personal.copy_failed.")
    assert told.subject == "個人情報の写しを作れませんでした"
    assert not Notice.objects.filter(recipient=whole, event_key__contains="failed").exists()
    client = Client()
    sign_in(client, broken)
    assert "写しを作れませんでした" in client.get("/my/data/").content.decode()
    place.rmdir()
    client.post(reverse("personal:copy_order"))
    assert work_off() == 1
    copy.refresh_from_db()
    assert copy.made_at is not None


def test_no_copy_and_no_word_after_the_end(sysadmin):
    user = make_person("gone@example.jp")
    services.copy_order(actor=actor_of(user))
    erased(asked(user), sysadmin)
    assert work_off() == 0
    assert not DataCopy.objects.filter(person=user).exists()
    assert not Notice.objects.filter(recipient=user).exists()
