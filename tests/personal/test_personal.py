"""Personal data: the copy is whole and the person's alone; deletion leaves nothing but what must stay."""

import csv
import io
import json
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import Invitation, User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.models import AuditRow
from portal.notices import services as notices
from portal.notices.tasks import send_waiting
from portal.personal import services, states
from portal.personal.models import DataCopy, DeletionRequest
from portal.personal.services import copies, erasing
from portal.personal.tasks import expire, work_off
from programs.models import Firm, FirmMembership
from tests.factories import subsidies as make
from tests.factories.programs import SUMIDA, MembershipFactory
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.django_db
NAME, EMAIL, PHONE = "鋲屋 轟", "byouya@example.jp", "090-8765-4321"


@pytest.fixture
def person():
    """A member of a firm whose owner is somebody else, with something in many tables."""
    user = make_person(EMAIL, name=NAME)
    user.phone = PHONE
    user.save()
    firm = MembershipFactory(user=make_person("boss@example.jp", name="親方")).firm
    MembershipFactory(user=user, firm=firm, role="firm_member")
    notices.notify(
        event_key="n", recipients=[user.pk], subject=f"{NAME}さんへ", body="本文", url="/my/"
    )
    send_waiting()
    return user


@pytest.fixture
def admin():
    user = assign(make_person("admin@example.jp"), Role.WARD_ADMIN, ward_id=SUMIDA)
    return Actor(user.pk, user.name, Hat.WARD, frozenset({Role.WARD_ADMIN}), ward_id=SUMIDA)


def actor_of(user):
    return Actor.public(user_id=user.pk, name=user.name)


def test_a_copy_has_everything_of_the_person_and_of_nobody_else(person):
    other = make_person("other@example.jp", name="別人 花子")
    client, stranger = Client(), Client()
    sign_in(client, person)
    sign_in(stranger, other)
    for _ in range(2):
        client.post(reverse("personal:copy_order"))
    assert work_off() == 1
    copy = DataCopy.objects.get()
    address = reverse("personal:copy_take", args=[copy.public_id])
    assert stranger.get(address).status_code == 404
    made = zipfile.ZipFile(io.BytesIO(b"".join(client.get(address).streaming_content)))
    data = json.loads(made.read("data.json"))
    tables = {part["table"]: part for part in data["tables"]}
    assert tables["accounts.user"]["rows"][0]["phone"] == PHONE
    assert "password" not in tables["accounts.user"]["rows"][0]
    assert tables["notices.notice"]["rows"][0]["subject"] == f"{NAME}さんへ"
    assert "programs.firmmembership" in tables
    assert all(part["why"] and part["how_long"] for part in tables.values())
    assert "別人 花子" not in made.read("data.json").decode()
    assert NAME in made.read("index.html").decode()
    sheet = made.read("tables/accounts.user.csv").decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(sheet)))["email"] == EMAIL
    taken = AuditRow.objects.filter(action="personal.copy_taken", actor_id=person.pk)
    assert taken.count() == 1
    DataCopy.objects.update(expires_at=clock.now())
    assert expire() == 1
    assert client.get(address).status_code == 404


def test_whoever_is_the_only_owner_hands_over_first(admin):
    boss = MembershipFactory(user=make_person("only@example.jp")).user
    with pytest.raises(services.Refused, match="引き継いで"):
        services.deletion_ask(actor=actor_of(boss), wish="")
    official = User.objects.get(pk=admin.user_id)
    with pytest.raises(services.Refused, match="職員の役割"):
        services.deletion_ask(actor=actor_of(official), wish="")


def test_one_request_at_a_time_and_one_decision(person, admin):
    row = services.deletion_ask(actor=actor_of(person), wish="消してください")
    assert row.ward_id == SUMIDA
    with pytest.raises(services.Refused, match="もう受け付けています"):
        services.deletion_ask(actor=actor_of(person), wish="")
    ota = make_person("ota@example.jp")
    elsewhere = Actor(ota.pk, "", Hat.WARD, frozenset({Role.WARD_ADMIN}), ward_id=13111)
    with pytest.raises(DeletionRequest.DoesNotExist):
        services.deletion_check(actor=elsewhere, public_id=row.public_id)
    with pytest.raises(services.deciding.transitions.StaleState):
        services.deletion_erase(actor=admin, public_id=row.public_id)
    services.deletion_check(actor=admin, public_id=row.public_id)
    services.deletion_refuse(actor=admin, public_id=row.public_id, reason="補助金の手続中です")
    with pytest.raises(services.deciding.transitions.StaleState):
        services.deletion_erase(actor=admin, public_id=row.public_id)
    assert User.objects.get(pk=person.pk).email == EMAIL
    again = services.deletion_ask(actor=actor_of(person), wish="")
    services.deletion_withdraw(actor=actor_of(person), public_id=again.public_id)
    again.refresh_from_db()
    assert again.status == states.WITHDRAWN


def test_nothing_remains_but_what_must(person, admin):
    make.make_submitted()
    row = services.deletion_ask(actor=actor_of(person), wish=f"{NAME}、{PHONE}")
    services.deletion_check(actor=admin, public_id=row.public_id)
    assert erasing.plan(person).going
    client = Client()
    sign_in(client, User.objects.get(pk=admin.user_id))
    page = client.get(reverse("personal:request", args=[row.public_id]))
    assert "消えるもの" in page.content.decode()
    mail.outbox.clear()
    client.post(reverse("personal:decide", args=[row.public_id]), {"action": "erase"})
    row.refresh_from_db()
    assert row.status == states.PART  # the trail names whoever asked
    assert row.kept[erasing.TRAIL] > 0
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    left = set()
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed:
            continue
        for column in model._meta.concrete_fields:
            if isinstance(column, (models.CharField, models.TextField, models.JSONField)):
                for text in (NAME, EMAIL, PHONE):
                    found = model._base_manager.filter(**{f"{column.name}__icontains": text})
                    if found.exists():
                        left.add(model._meta.label_lower)
    assert left <= {"kernel.auditrow"}
    gone = User.objects.get(pk=person.pk)
    assert not gone.is_active
    assert not gone.has_usable_password()


def test_nothing_of_others_goes_with_the_person(person, admin):
    hana = make_person(f"hana.{EMAIL}", name="別人 花子")
    colleague = make_person("colleague@example.jp", name="同僚 一郎")
    firm = FirmMembership.objects.get(user=person).firm
    sign_in(Client(), hana)
    EmailAddress.objects.update_or_create(user=hana, defaults={"email": hana.email})
    User.objects.filter(pk__in=[person.pk, colleague.pk]).update(phone="03-3333-4444")
    Firm.objects.filter(pk=firm.pk).update(phone="03-3333-4444", email=EMAIL.upper())
    sent = Invitation.objects.create(
        email="friend@example.jp",
        role=Role.FIRM_MEMBER,
        firm_id=firm.pk,
        token_hash="x",
        invited_by=person,
        expires_at=clock.now(),
    )
    row = services.deletion_ask(actor=actor_of(person), wish="")
    services.deletion_check(actor=admin, public_id=row.public_id)
    with CaptureQueriesContext(connection) as asked:
        services.deletion_erase(actor=admin, public_id=row.public_id)
    locks = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
    assert any('"programs_firm"' in sql for sql in locks), "two owners do not go at once"
    assert EmailAddress.objects.get(user=hana).email == hana.email
    firm.refresh_from_db()
    assert firm.phone == "03-3333-4444", "the firm's number"
    assert firm.email == "", "in capitals as well, and no address that takes no mail"
    sent.refresh_from_db()
    assert sent.revoked_at is not None


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("株", "株式会社 東", "株式会社 東"),
        ("株", " 株 ", erasing.PSEUDONYM),
        ("林 進", "担当 林 進", f"担当 {erasing.PSEUDONYM}"),
        ("Ann.Lee", "annxlee, ANN.LEE", f"annxlee, {erasing.PSEUDONYM}"),
    ],
)
def test_a_short_name_spoils_no_text(name, text, left):
    user = make_person("short@example.jp", name=name)
    row = DeletionRequest.objects.create(person=user, status=states.REFUSED, reason=text)
    erasing.erase(user)
    row.refresh_from_db()
    assert row.reason == left


def test_the_files_of_firms_left_and_of_the_office_are_not_ones_own(person):
    mine = FirmMembership.objects.get(user=person).firm_id
    left = MembershipFactory(user=person, valid_to=clock.today()).firm_id
    for name, firm_id, ward_id in (
        ("own.csv", mine, None),
        ("left.csv", left, None),
        ("all-firms.csv", None, SUMIDA),
        ("bundle.csv", None, None),
    ):
        with acting(Actor.system("test")):
            files.store_generated(
                actor=actor_of(person).elevated(),
                content=io.BytesIO(name.encode()),
                name=name,
                content_type="text/csv",
                purpose="test",
                ward_id=ward_id,
                firm_id=firm_id,
            )
    with acting(copies.SYSTEM):
        made = zipfile.ZipFile(copies._bundle(person))
    kept = [name for name in made.namelist() if name.startswith("files/")]
    assert [made.read(name) for name in kept] == [b"own.csv"]


@pytest.mark.parametrize("value", ["=1+1", "＝1+1", " =1+1", "|x", "-1"])
def test_a_copy_has_no_formula(value):
    assert copies._cell(value) == f"'{value}"


def test_a_mail_server_that_is_down_deletes_nothing(person, admin, monkeypatch):
    row = services.deletion_ask(actor=actor_of(person), wish="")
    services.deletion_check(actor=admin, public_id=row.public_id)

    def away(self):
        raise OSError("mail server away")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", away)
    with pytest.raises(OSError, match="away"):
        services.deletion_erase(actor=admin, public_id=row.public_id)
    assert User.objects.get(pk=person.pk).name == NAME
    row.refresh_from_db()
    assert row.status == states.CHECKING
