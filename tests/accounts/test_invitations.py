"""Staff are invited, never self-registered: the link, whom it fits, and who may send it."""

import datetime as dt
import hashlib
import re

import pytest
from django.core import mail
from django.test import Client

from portal.accounts import policies, services
from portal.accounts.models import Assignment, Invitation, User
from portal.accounts.roles import ALL_WARD_ROLES, FIRM_ROLES, STAFF_ROLES, Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.models import AuditRow
from tests.support.people import PASSWORD, assign, make_person, sign_in

SUMIDA, OTA = 13107, 13111
NEW_PASSWORD = "旋盤とフライス盤-7421"


def ward_admin(user: User | None = None, ward_id: int = SUMIDA) -> Actor:
    return Actor(
        user_id=user.pk if user else None,
        name="管理者",
        hat=Hat.WARD,
        roles=frozenset({Role.WARD_ADMIN}),
        ward_id=ward_id,
    )


def invite(**overrides) -> tuple[Invitation, str]:
    data = {
        "actor": ward_admin(),
        "email": "New@City.Example.jp",
        "role": Role.REVIEWER,
        "ward_id": SUMIDA,
        "now": clock.now(),
    }
    return services.invitation_create(**data | overrides)


def url(token: str) -> str:
    return f"/accounts/invitation/{token}/"


def test_the_token_is_in_the_mail_alone(db: None, settings):
    settings.SITE_URL = "https://portal.example.lg.jp"
    invitation, token = invite()
    assert invitation.email == "new@city.example.jp"
    assert f"https://portal.example.lg.jp{url(token)}" in mail.outbox[0].body
    assert mail.outbox[0].to == ["new@city.example.jp"]
    stored = Invitation.objects.values().get()
    assert token not in str(stored)
    assert stored["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert stored["expires_at"] - clock.now() > dt.timedelta(hours=71, minutes=59)
    assert token not in str(AuditRow.objects.values().get(action="accounts.invited"))


def test_a_new_person_accepts_and_must_enrol(client: Client):
    _, token = invite()
    page = client.get(url(token)).content.decode()
    assert "new@city.example.jp" in page
    answer = client.post(url(token), {"name": "新任 花子", "password": NEW_PASSWORD})
    assert answer["Location"] == "/accounts/landing/"
    user = User.objects.get(email="new@city.example.jp")
    held = Assignment.objects.get(user=user)
    assert (held.role, held.ward_id) == (Role.REVIEWER, SUMIDA)
    assert client.get("/own/")["Location"] == "/accounts/second-factor/"
    # Having just chosen the password is proof enough to enrol the first factor at once.
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_a_link_works_once(client: Client):
    _, token = invite()
    client.post(url(token), {"name": "新任 花子", "password": NEW_PASSWORD})
    assert Client().get(url(token)).status_code == 404
    user = User.objects.get(email="new@city.example.jp")
    with pytest.raises(services.Refused):
        services.invitation_accept(
            actor=Actor.public(user_id=user.pk, name=user.name), token=token, now=clock.now()
        )


@pytest.mark.parametrize(("hours", "status"), [(71.9, 200), (72, 404)])
def test_a_link_ends_after_72_hours(client: Client, hours: float, status: int):
    _, token = invite(now=clock.now() - dt.timedelta(hours=hours))
    assert client.get(url(token)).status_code == status


def test_a_withdrawn_and_a_superseded_link_are_dead(client: Client):
    _, old = invite()
    second, token = invite()
    assert client.get(url(old)).status_code == 404
    assert client.get(url(token)).status_code == 200
    services.invitation_revoke(actor=ward_admin(), invitation_id=second.pk, now=clock.now())
    assert client.get(url(token)).status_code == 404
    assert client.get(url("guessed")).status_code == 404


def test_only_the_invited_address_may_accept(client: Client):
    _, token = invite()
    other = sign_in(client, make_person("other@example.jp"))
    page = client.get(url(token)).content.decode()
    assert "サインインし直して" in page
    client.post(url(token))
    assert not Assignment.objects.filter(user=other).exists()
    with pytest.raises(services.Refused):
        services.invitation_accept(
            actor=Actor.public(user_id=other.pk, name=""), token=token, now=clock.now()
        )


def test_an_address_that_was_never_confirmed_does_not_count(client: Client):
    from allauth.account.models import EmailAddress

    _, token = invite()
    squatter = make_person("new@city.example.jp")
    EmailAddress.objects.filter(user=squatter).update(verified=False)
    sign_in(client, squatter)
    client.post(url(token))
    assert not Assignment.objects.filter(user=squatter).exists()


def test_a_person_with_an_account_signs_in_first(client: Client):
    user = make_person("new@city.example.jp")
    _, token = invite()
    assert "登録済み" in client.get(url(token)).content.decode()
    answer = client.post(url(token), {"name": "乗っ取り", "password": NEW_PASSWORD})
    assert answer["Location"] == f"/accounts/login/?next={url(token)}"
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    sign_in(client, user)
    client.post(url(token))
    assert Assignment.objects.get(user=user).ward_id == SUMIDA


def test_the_role_and_the_ward_are_the_invitations(client: Client):
    _, token = invite()
    data = {"name": "新任", "password": NEW_PASSWORD, "role": "sysadmin", "ward_id": OTA}
    client.post(url(token), data | {"email": "evil@example.jp"})
    held = Assignment.objects.get()
    assert (held.role, held.ward_id, held.user.email) == (
        Role.REVIEWER,
        SUMIDA,
        "new@city.example.jp",
    )


def test_weak_passwords_are_refused_and_what_was_typed_stays(client: Client):
    _, token = invite()
    answer = client.post(url(token), {"name": "新任 花子", "password": "12345"})
    assert answer.status_code == 200
    assert "新任 花子" in answer.content.decode()
    assert not User.objects.exists()


def test_a_ward_administrator_hands_out_the_own_wards_roles_only(db: None):
    admin = ward_admin()
    for role in Role:
        ward = None if role in ALL_WARD_ROLES | FIRM_ROLES else SUMIDA
        allowed = role in STAFF_ROLES - ALL_WARD_ROLES
        assert policies.may_grant(admin, role, ward_id=ward) is allowed, role
        assert not policies.may_grant(admin, role, ward_id=OTA), role


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.APPROVER, Role.COMMITTEE])
def test_other_officials_hand_out_nothing(db: None, role: Role):
    hat = Hat.REVIEW if role == Role.COMMITTEE else Hat.WARD
    actor = Actor(None, "担当", hat, frozenset({role}), ward_id=SUMIDA)
    assert not any(policies.may_grant(actor, r, ward_id=SUMIDA) for r in Role)
    with pytest.raises(services.Refused):
        invite(actor=actor)


def test_a_firm_owner_invites_colleagues_of_the_own_firm(db: None, monkeypatch):
    owner = Actor(None, "代表", Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=5)
    with pytest.raises(services.Refused):
        invite(actor=owner, role=Role.FIRM_MEMBER, ward_id=None, firm_id=6)
    _, token = invite(actor=owner, role=Role.FIRM_MEMBER, ward_id=None, firm_id=5)
    accepted = []
    monkeypatch.setattr(
        services.invitations,
        "_handlers",
        {Role.FIRM_MEMBER: lambda i, user, actor: accepted.append((i.firm_id, user.email))},
    )
    services.invitation_sign_up(
        token=token, name="同僚", password=NEW_PASSWORD, language="ja", now=clock.now()
    )
    assert accepted == [(5, "new@city.example.jp")]
    assert not Assignment.objects.exists()


def test_nothing_is_kept_when_the_mail_cannot_be_sent(client: Client, monkeypatch):
    from portal.accounts import mails

    def down(*args):
        raise ConnectionRefusedError

    sign_in(client, assign(make_person("admin@example.jp"), Role.WARD_ADMIN, ward_id=SUMIDA))
    monkeypatch.setattr(mails, "send_invitation", down)
    answer = client.post(
        "/staff/people/invite/", {"email": "kept@example.jp", "role": Role.REVIEWER}
    )
    assert "招待のメールを送れませんでした" in answer.content.decode()
    assert "kept@example.jp" in answer.content.decode()
    assert not Invitation.objects.exists()


# The screens ---------------------------------------------------------------------------------


@pytest.fixture
def admin(client: Client) -> User:
    return sign_in(client, assign(make_person("admin@example.jp"), Role.WARD_ADMIN, ward_id=SUMIDA))


def test_the_list_shows_the_own_ward_alone(client: Client, admin: User):
    assign(make_person("ours@example.jp", name="墨田の人"), Role.REVIEWER, ward_id=SUMIDA)
    assign(make_person("theirs@example.jp", name="大田の人"), Role.REVIEWER, ward_id=OTA)
    invite(email="waiting@example.jp")
    invite(email="elsewhere@example.jp", ward_id=OTA, actor=ward_admin(ward_id=OTA))
    page = client.get("/staff/people/").content.decode()
    assert "墨田の人" in page
    assert "waiting@example.jp" in page
    assert "大田の人" not in page
    assert "elsewhere@example.jp" not in page


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.APPROVER])
def test_the_list_is_not_for_other_officials(client: Client, role: Role):
    sign_in(client, assign(make_person("a@example.jp"), role, ward_id=SUMIDA))
    for path in ("/staff/people/", "/staff/people/invite/", "/staff/people/roles/1/revoke/"):
        assert client.get(path).status_code == 404


def test_inviting_through_the_screen(client: Client, admin: User):
    until = (clock.today() + dt.timedelta(days=120)).isoformat()
    answer = client.post(
        "/staff/people/invite/",
        {"email": "x@example.jp", "role": Role.APPROVER, "ward_id": OTA, "valid_to": until},
    )
    assert answer["Location"] == "/staff/people/"
    sent = Invitation.objects.get()
    assert (sent.role, sent.ward_id, sent.invited_by) == (Role.APPROVER, SUMIDA, admin)
    assert re.search(url(r"\S+"), mail.outbox[-1].body)


def test_a_ward_administrator_cannot_make_an_auditor(client: Client, admin: User):
    answer = client.post("/staff/people/invite/", {"email": "x@example.jp", "role": Role.AUDITOR})
    assert answer.status_code == 200
    assert not Invitation.objects.exists()


def test_revoking_needs_a_reason_and_is_recorded(client: Client, admin: User):
    person = assign(make_person("x@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    held = person.assignments.get()
    path = f"/staff/people/roles/{held.pk}/revoke/"
    assert client.post(path, {"reason": " "}).status_code == 200
    held.refresh_from_db()
    assert held.revoked_at is None
    client.post(path, {"reason": "人事異動"})
    held.refresh_from_db()
    assert (held.revoke_reason, held.revoked_by) == ("人事異動", admin)
    row = AuditRow.objects.get(action="accounts.role_revoked")
    assert (row.actor_id, row.chain, row.reason) == (admin.pk, SUMIDA, "人事異動")
    assert client.get(path).status_code == 404


def test_another_wards_role_is_not_there_to_revoke(client: Client, admin: User):
    person = assign(make_person("x@example.jp"), Role.REVIEWER, ward_id=OTA)
    held = person.assignments.get()
    answer = client.post(f"/staff/people/roles/{held.pk}/revoke/", {"reason": "なし"})
    assert answer.status_code == 404
    held.refresh_from_db()
    assert held.revoked_at is None


def test_another_wards_invitation_is_not_there_to_withdraw(client: Client, admin: User):
    theirs, _ = invite(ward_id=OTA, actor=ward_admin(ward_id=OTA))
    ours, _ = invite()
    assert client.post(f"/staff/people/invitations/{theirs.pk}/withdraw/").status_code == 404
    assert client.post(f"/staff/people/invitations/{ours.pk}/withdraw/").status_code == 302
    assert [i.revoked_at is None for i in (Invitation.objects.get(pk=theirs.pk),)] == [True]
    assert Invitation.objects.get(pk=ours.pk).revoked_at


def test_nobody_changes_their_own_roles(client: Client, admin: User):
    actor = ward_admin(admin)
    with pytest.raises(services.Refused):
        services.assignment_grant(
            actor=actor,
            user_id=admin.pk,
            role=Role.APPROVER,
            ward_id=SUMIDA,
            valid_from=dt.date(2026, 11, 21),
        )
    with pytest.raises(services.Refused):
        services.assignment_revoke(
            actor=actor,
            assignment_id=admin.assignments.get().pk,
            reason="やめる",
            now=clock.now(),
        )


def test_the_editors_group_follows_the_role(db: None):
    user = make_person("a@example.jp")
    held = services.assignment_grant(
        actor=ward_admin(),
        user_id=user.pk,
        role=Role.WARD_ADMIN,
        ward_id=SUMIDA,
        valid_from=dt.date(2026, 11, 21),
    )
    assert User.objects.get(pk=user.pk).has_perm("wagtailadmin.access_admin")
    services.assignment_revoke(
        actor=ward_admin(), assignment_id=held.pk, reason="異動", now=clock.now()
    )
    assert not User.objects.get(pk=user.pk).has_perm("wagtailadmin.access_admin")


def test_officials_see_and_write_invitations_of_their_own_ward_only(db: None):
    """The net beneath: with the ORM's scope away, the row policies hold."""
    from portal.kernel.database import acting

    invite()
    invite(ward_id=OTA, actor=ward_admin(ward_id=OTA))
    with acting(ward_admin()):
        assert list(Invitation.objects.values_list("ward_id", flat=True)) == [SUMIDA]
        assert Invitation.objects.filter(ward_id=OTA).update(revoked_at=clock.now()) == 0


def test_a_system_administrator_says_where(client: Client):
    sign_in(client, assign(make_person("root@example.jp"), Role.SYSADMIN))
    data = {"email": "x@example.jp", "role": Role.REVIEWER, "ward_id": ""}
    page = client.post("/staff/people/invite/", data).content.decode()
    assert "この役割には区を指定してください。" in page
    assert client.post("/staff/people/invite/", data | {"ward_id": OTA}).status_code == 302
    assert Invitation.objects.get().ward_id == OTA


def test_the_own_settings(client: Client, admin: User):
    data = {
        "name": "新しい名",
        "name_kana": "",
        "phone": "03-1234-5678",
        "language": "en",
        "is_superuser": "on",
        "email": "taken-over@example.jp",
    }
    answer = client.post("/accounts/me/", data)
    assert answer["Location"] == "/accounts/me/"
    admin.refresh_from_db()
    assert (admin.name, admin.language, admin.keyboard_shortcuts) == ("新しい名", "en", False)
    assert (admin.email, admin.is_superuser) == ("admin@example.jp", False)
    assert answer.cookies["shortcuts"].value == "off"
    bad = client.post("/accounts/me/", data | {"phone": "電話なし", "name": "別の名"})
    assert "id_phone_error" in bad.content.decode()
    admin.refresh_from_db()
    assert admin.name == "新しい名"


def test_a_system_administrator_sees_what_waits_everywhere(client: Client):
    sign_in(client, assign(make_person("root@example.jp"), Role.SYSADMIN))
    invite(email="waiting@example.jp")
    assign(make_person("theirs@example.jp", name="大田の人"), Role.REVIEWER, ward_id=OTA)
    page = client.get("/staff/people/").content.decode()
    assert "waiting@example.jp" in page
    assert "大田の人" in page
