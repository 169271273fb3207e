"""Yearly confirmation of roles: who is asked, what sleeps, and how it wakes (年次の権限確認)."""

import datetime as dt

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, transaction
from django.test import Client

from portal.accounts import hats, policies, selectors, services
from portal.accounts.models import Assignment, User
from portal.accounts.roles import ALL_WARD_ROLES, Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from tests.support.people import assign, make_person, sign_in

SUMIDA, OTA = 13107, 13111
PAGE = "/staff/people/confirm/"


def holder(key: str, role: Role, *, left: int = 200, ward_id: int | None = SUMIDA) -> Assignment:
    """Somebody whose role must be confirmed within `left` days; below 0 it sleeps."""
    ward = None if role in ALL_WARD_ROLES else ward_id
    user = assign(make_person(f"{key}@example.jp", name=key), role, ward_id=ward)
    row = user.assignments.get()
    row.confirmed_on = clock.today() + dt.timedelta(days=left - 365)
    row.save()
    return row


def actor_of(row: Assignment) -> Actor:
    option = hats.options(row.user_id, clock.today())[0]
    return option.actor(row.user)


def names(rows) -> list[str]:
    return [row.user.name for row in rows]


@pytest.fixture
def admin(db: None) -> Assignment:
    return holder("admin", Role.WARD_ADMIN)


# The rule ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("left", "awake"), [(365, True), (1, True), (0, True), (-1, False)])
def test_a_role_sleeps_from_the_day_after_its_last_day(db: None, left: int, awake: bool):
    row, today = holder("a", Role.REVIEWER, left=left), clock.today()
    assert row.confirm_by == today + dt.timedelta(days=left)
    assert row.live_on(today) is awake
    assert bool(hats.options(row.user_id, today)) is awake
    assert Assignment.objects.live_on(today).exists() is awake
    assert Assignment.objects.asleep_on(today).exists() is not awake
    assert Assignment.objects.held_on(today).exists()
    reviewers = selectors.people_with_role(SUMIDA, {Role.REVIEWER}, today)
    assert reviewers.exists() is awake


def test_the_limit_is_a_setting(db: None, settings):
    row = holder("a", Role.REVIEWER, left=0)
    settings.ROLE_CONFIRMATION_DAYS = 364
    assert not hats.options(row.user_id, clock.today())


@pytest.mark.parametrize(("days", "notice", "faults"), [(365, 28, 0), (28, 28, 1), (365, 0, 1)])
def test_settings_that_cannot_work_are_refused(settings, days: int, notice: int, faults: int):
    settings.ROLE_CONFIRMATION_DAYS, settings.ROLE_CONFIRMATION_NOTICE_DAYS = days, notice
    assert len([e for e in run_checks() if e.id == "accounts.E002"]) == faults


def test_giving_a_role_begins_its_year(db: None):
    given = assign(make_person("a@example.jp"), Role.REVIEWER, ward_id=SUMIDA).assignments.get()
    assert given.confirmed_on == clock.today()
    assert given.confirmed_by is None


# Who is asked --------------------------------------------------------------------------------


def test_the_ward_is_asked_for_its_own_roles_and_the_most_urgent_first(admin: Assignment):
    holder("soon", Role.REVIEWER, left=28)
    holder("later", Role.REVIEWER, left=29)
    holder("asleep", Role.COMMITTEE, left=-40)
    holder("elsewhere", Role.REVIEWER, left=-1, ward_id=OTA)
    holder("policy", Role.POLICY, left=-1)
    rows = selectors.to_confirm(actor_of(admin), clock.today())
    assert names(rows) == ["asleep", "soon"]
    assert names(selectors.held(actor_of(admin), clock.today())) == [
        "asleep",
        "soon",
        "later",
        "admin",
    ]


def test_the_system_is_asked_where_nobody_else_can_be(db: None):
    system = actor_of(holder("system", Role.SYSADMIN, left=5))
    holder("policy", Role.POLICY, left=5)
    holder("reviewer", Role.REVIEWER, left=5)
    holder("lonely", Role.REVIEWER, left=5, ward_id=OTA)
    admin = holder("admin", Role.WARD_ADMIN, left=5)
    today = clock.today()
    assert set(names(selectors.to_confirm(system, today))) == {"policy", "lonely", "admin"}
    holder("second", Role.WARD_ADMIN)
    assert set(names(selectors.to_confirm(system, today))) == {"policy", "lonely"}
    # Their own roles they confirm for each other.
    assert set(names(selectors.to_confirm(actor_of(admin), today))) == {"reviewer"}


def test_confirmers_are_others_of_the_ward_else_of_the_system(db: None):
    today = clock.today()
    admin, reviewer = holder("admin", Role.WARD_ADMIN), holder("reviewer", Role.REVIEWER)
    asleep = holder("asleep", Role.WARD_ADMIN, left=-1)
    system, policy = holder("system", Role.SYSADMIN), holder("policy", Role.POLICY)
    who = selectors.confirmers([admin, reviewer, asleep, system, policy], today)
    found = {Assignment.objects.get(pk=pk).user.name: [u.name for u in who[pk]] for pk in who}
    assert found == {
        "admin": ["system"],
        "reviewer": ["admin"],
        "asleep": ["admin"],
        "system": [],
        "policy": ["system"],
    }


# Confirming and ending -----------------------------------------------------------------------


def test_confirming_wakes_for_a_year_and_leaves_rows(admin: Assignment):
    rows = [holder("a", Role.REVIEWER, left=-3), holder("b", Role.APPROVER, left=3)]
    before, actor = rows[0].confirmed_on, actor_of(admin)
    services.assignments_confirm(
        actor=actor, assignment_ids=[row.pk for row in rows], now=clock.now()
    )
    for row in rows:
        row.refresh_from_db()
        assert row.live_on(clock.today() + dt.timedelta(days=365))
        assert row.confirmed_by == admin.user
    trail = AuditRow.objects.filter(action="accounts.role_confirmed").order_by("id")
    assert [row.object_id for row in trail] == [str(row.pk) for row in rows]
    assert trail[0].changes == {"confirmed_on": [str(before), str(clock.today())]}
    assert {row.chain for row in trail} == {SUMIDA}


def test_nobody_confirms_or_ends_their_own(admin: Assignment):
    other = holder("a", Role.REVIEWER, left=3)
    acts = {"actor": actor_of(admin), "assignment_ids": [other.pk, admin.pk], "now": clock.now()}
    with pytest.raises(services.OwnRole):
        services.assignments_confirm(**acts)
    with pytest.raises(services.OwnRole):
        services.assignments_revoke(reason="異動", **acts)
    other.refresh_from_db()
    assert (other.confirmed_by, other.revoked_at) == (None, None)
    admin.confirmed_by = admin.user
    with pytest.raises(IntegrityError), transaction.atomic():
        admin.save()


@pytest.mark.parametrize("ward_id", [OTA, None])
def test_a_ward_does_not_reach_beyond_itself(admin: Assignment, ward_id: int | None):
    role = Role.REVIEWER if ward_id else Role.POLICY
    mine, foreign = holder("a", Role.REVIEWER), holder("b", role, ward_id=ward_id)
    acts = {"actor": actor_of(admin), "assignment_ids": [mine.pk, foreign.pk], "now": clock.now()}
    with pytest.raises(Assignment.DoesNotExist):
        services.assignments_confirm(**acts)
    with pytest.raises(Assignment.DoesNotExist):
        services.assignments_revoke(reason="異動", **acts)
    assert not Assignment.objects.exclude(confirmed_by=None, revoked_at=None).exists()


@pytest.mark.parametrize("hat", [Hat.AUDITOR, Hat.WARD, Hat.FIRM, Hat.PUBLIC])
def test_others_have_no_say(db: None, hat: Hat):
    row = holder("a", Role.REVIEWER)
    actor = Actor(make_person("x@example.jp").pk, "x", hat, frozenset({Role.REVIEWER}), SUMIDA)
    with pytest.raises(Assignment.DoesNotExist):
        services.assignments_confirm(actor=actor, assignment_ids=[row.pk], now=clock.now())


def test_what_has_ended_is_not_confirmed(admin: Assignment):
    gone, kept = holder("a", Role.REVIEWER), holder("b", Role.REVIEWER, left=3)
    services.assignment_revoke(
        actor=actor_of(admin), assignment_id=gone.pk, reason="退職", now=clock.now()
    )
    with pytest.raises(services.Refused, match="すでに終了した"):
        services.assignments_confirm(
            actor=actor_of(admin), assignment_ids=[kept.pk, gone.pk], now=clock.now()
        )
    kept.refresh_from_db()
    assert kept.confirmed_by is None


def test_inviting_to_a_role_that_sleeps_wakes_it(db: None):
    """How the last system administrator comes back: by `manage.py invite_staff`."""
    row = holder("last", Role.SYSADMIN, left=-30)
    actor = Actor.system("invite_staff")
    _invitation, token = services.invitation_create(
        actor=actor, email=row.user.email, role=Role.SYSADMIN, now=clock.now()
    )
    person = Actor.public(user_id=row.user_id, name="last")
    services.invitation_accept(actor=person, token=token, now=clock.now())
    assert actor_of(row).hat == Hat.ADMIN
    assert Assignment.objects.count() == 1


# The screens ---------------------------------------------------------------------------------


@pytest.fixture
def signed_in(client: Client, admin: Assignment) -> User:
    return sign_in(client, admin.user)


def page_of(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_list_tells_who_has_what_since_when(client: Client, signed_in: User):
    row = holder("asleep", Role.REVIEWER, left=-10)
    User.objects.filter(pk=row.user_id).update(
        last_login=dt.datetime(2026, 5, 6, 23, 30, tzinfo=dt.UTC)
    )
    holder("later", Role.APPROVER)
    shown = page_of(client)
    for words in ("asleep@example.jp", "令和3年4月1日", "令和8年5月7日", "休止中", "10日超過"):
        assert words in shown
    assert "later@example.jp" not in shown
    everything = page_of(client, PAGE + "?show=all")
    assert "later@example.jp" in everything
    assert "ほかの管理者が確認します" in everything
    assert everything.count('name="roles"') == 2


def test_several_are_confirmed_at_once(client: Client, signed_in: User):
    rows = [holder("a", Role.REVIEWER, left=-1), holder("b", Role.REVIEWER, left=2)]
    assert "2件あります" in page_of(client, "/staff/people/")
    data = {"roles": [row.pk for row in rows], "confirm": ""}
    answer = client.post(PAGE, data, follow=True)
    assert "2件の役割を確認しました" in answer.content.decode()
    assert "いま確認が必要な役割はありません" in answer.content.decode()
    assert "2件あります" not in page_of(client, "/staff/people/")
    assert signed_in.name in page_of(client, PAGE + "?show=all")


def test_several_are_ended_with_a_reason(client: Client, signed_in: User):
    rows = [holder("a", Role.REVIEWER, left=-1), holder("b", Role.REVIEWER)]
    data = {"roles": [row.pk for row in rows], "show": "all", "end": ""}
    refused = client.post(PAGE, data)
    assert "終了する理由を入力してください" in refused.content.decode()
    assert refused.content.decode().count("checked") == 2
    assert not Assignment.objects.exclude(revoked_at=None).exists()
    answer = client.post(PAGE, data | {"reason": " 人事異動 "})
    assert answer["Location"] == PAGE + "?show=all"
    ended = Assignment.objects.exclude(revoked_at=None)
    assert {(row.user.name, row.revoke_reason, row.revoked_by) for row in ended} == {
        ("a", "人事異動", signed_in),
        ("b", "人事異動", signed_in),
    }
    reasons = AuditRow.objects.filter(action="accounts.role_revoked")
    assert set(reasons.values_list("reason", flat=True)) == {"人事異動"}


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        ([], "1つ以上選んでください"),
        (["abc"], "一覧のチェックボックスで"),
        (["999999"], "すでに終了したものがあります"),
        (["9" * 30], "すでに終了したものがあります"),
    ],
)
def test_a_wrong_choice_is_said_and_the_reason_stays(
    client: Client, signed_in: User, roles: list[str], words: str
):
    holder("a", Role.REVIEWER, left=1)
    answer = client.post(PAGE, {"roles": roles, "end": "", "reason": "異動のため"})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "異動のため" in answer.content.decode()


def test_trying_on_the_own_role_is_refused_and_recorded(
    client: Client, signed_in: User, admin: Assignment
):
    answer = client.post(PAGE, {"roles": [admin.pk], "confirm": ""})
    assert "ご自身の役割は確認できません" in answer.content.decode()
    row = AuditRow.objects.get(action="accounts.own_role_denied")
    assert (row.actor_id, row.chain) == (signed_in.pk, SUMIDA)


def test_deciding_needs_a_recent_proof_and_is_carried_out_after_it(client: Client, signed_in: User):
    row = holder("a", Role.REVIEWER, left=1)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    assert page_of(client)
    answer = client.post(PAGE, {"roles": [row.pk], "confirm": "", "page": "1"})
    assert answer["Location"].startswith("/accounts/prove-again/")
    row.refresh_from_db()
    assert row.confirmed_by is None
    proof = f"/accounts/reauthenticate/?next={PAGE}"
    from tests.support.people import PASSWORD

    assert client.post(proof, {"password": PASSWORD})["Location"] == PAGE
    row.refresh_from_db()
    assert row.confirmed_by == signed_in


def test_the_page_costs_the_same_for_one_and_for_thirty(client: Client, signed_in: User):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in range(30):
        holder(f"p{number}", Role.REVIEWER, left=number - 10)
        if number in (0, 29):
            with CaptureQueriesContext(connection) as queries:
                page_of(client, PAGE + "?show=all")
            counts.append(len(queries))
    assert counts[0] == counts[1]


# The person whose role sleeps ----------------------------------------------------------------


def test_who_has_no_other_role_is_told_why_and_whom_to_ask(client: Client, admin: Assignment):
    row = holder("asleep", Role.REVIEWER, left=-1)
    sign_in(client, row.user, factors=())
    assert client.get("/accounts/landing/")["Location"] == "/accounts/hat/"
    for path in ("/accounts/hat/", "/accounts/me/"):
        shown = page_of(client, path)
        assert shown.count("休止しています") == 1, path
        assert "次の方に確認を依頼してください：admin" in shown
        assert "まだ役割がありません" not in shown
    assert client.get("/approvers/").status_code == 404


def test_the_other_hats_stay(client: Client, admin: Assignment):
    row = holder("both", Role.REVIEWER, left=-1)
    sign_in(client, assign(row.user, Role.APPROVER, ward_id=OTA))
    assert client.get("/own/").json()["ward"] == OTA
    assert client.post("/accounts/hat/", {"hat": f"ward:{SUMIDA}"}).status_code == 200
    assert client.get("/own/").json()["ward"] == OTA
    for path in ("/accounts/hat/", "/accounts/me/"):
        assert page_of(client, path).count("休止しています") == 1, path


def test_a_role_that_is_due_is_announced_in_the_settings(client: Client, admin: Assignment):
    row = holder("due", Role.REVIEWER, left=5)
    sign_in(client, row.user)
    assert "までに確認されないと" in page_of(client, "/accounts/me/")
    assert "休止しています" not in page_of(client, "/accounts/hat/")


def test_nobody_left_to_confirm_is_said(client: Client):
    row = holder("last", Role.SYSADMIN, left=-1)
    sign_in(client, row.user, factors=())
    assert "運用担当者に連絡" in page_of(client, "/accounts/hat/")


def test_a_confirmed_role_is_back_with_the_next_request(client: Client, admin: Assignment):
    row = holder("asleep", Role.APPROVER, left=-1)
    sign_in(client, row.user)
    assert client.get("/approvers/").status_code == 404
    services.assignments_confirm(actor=actor_of(admin), assignment_ids=[row.pk], now=clock.now())
    assert client.get("/approvers/").status_code == 200


def test_a_sleeping_role_keeps_its_second_factor(client: Client, admin: Assignment):
    from allauth.mfa.models import Authenticator

    from tests.accounts.test_second_factor import enrol

    row = holder("asleep", Role.REVIEWER, left=-1)
    enrol(row.user)
    sign_in(client, row.user)
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=row.user, type="totp").exists()


def test_the_wards_login_may_write_the_confirmation(admin: Assignment):
    """The net beneath agrees: the own ward's rows, and no others."""
    ours, theirs = holder("a", Role.REVIEWER), holder("b", Role.REVIEWER, ward_id=OTA)
    with acting(actor_of(admin)):
        rows = Assignment.objects.filter(pk__in=[ours.pk, theirs.pk])
        assert rows.update(confirmed_on=clock.today()) == 1
    assert policies.assignments(actor_of(admin)).filter(pk=theirs.pk).count() == 0
