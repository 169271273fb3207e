"""Who acts: hats, the database context, revoked roles, cost."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Value
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts import hats, roles, services
from portal.accounts.hats import HatOption
from portal.accounts.models import Assignment, User
from portal.accounts.roles import HAT_OF, LABELS, Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from tests.support.people import assign, make_person, sign_in

SUMIDA, OTA = 13107, 13111
TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def ward_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hats, "_ward_name", {SUMIDA: "墨田区", OTA: "大田区"}.__getitem__)


def test_every_role_has_a_label_and_a_hat():
    assert set(LABELS) == set(HAT_OF) == set(Role)


def test_staff_roles_fall_into_three_kinds():
    assert roles.WARD_ROLES | roles.ALL_WARD_ROLES | roles.SUPPORT_ROLES == roles.STAFF_ROLES


def test_anonymous_acts_as_public_without_reading_a_session(client: Client):
    shown = client.get("/").json()
    assert (shown["user"], shown["hat"], shown["session_read"]) == (None, "public", False)
    assert shown["scope"] == ["app_public", "", "", ""]


def test_one_hat_unites_the_roles_of_a_place(client: Client, ward_names: None):
    user = assign(make_person("a@example.jp"), Role.APPROVER, ward_id=SUMIDA)
    sign_in(client, assign(user, Role.REVIEWER, ward_id=SUMIDA))
    shown = client.get("/own/").json()
    assert shown["label"] == "墨田区 担当・決裁者"
    assert shown["roles"] == ["approver", "reviewer"]
    assert shown["scope"] == ["app_official", str(SUMIDA), "", str(user.pk)]


def test_a_person_without_roles_is_public_but_known(client: Client):
    user = sign_in(client, make_person("b@example.jp"))
    shown = client.get("/own/").json()
    assert (shown["user"], shown["hat"]) == (user.pk, "public")
    assert shown["scope"] == ["app_public", "", "", str(user.pk)]


def test_switching_hats_changes_what_one_acts_as(client: Client, ward_names: None):
    user = assign(make_person("c@example.jp"), Role.REVIEWER, ward_id=SUMIDA)
    sign_in(client, assign(user, Role.REVIEWER, ward_id=OTA))
    assert client.get("/own/").json()["ward"] == SUMIDA
    assert client.post("/accounts/hat/", {"hat": f"ward:{OTA}"}).status_code == 302
    assert client.get("/own/").json()["ward"] == OTA


def test_a_hat_one_does_not_hold_is_not_worn(client: Client, ward_names: None):
    sign_in(client, assign(make_person("d@example.jp"), Role.REVIEWER, ward_id=SUMIDA))
    answer = client.post("/accounts/hat/", {"hat": f"ward:{OTA}"})
    assert answer.status_code == 200
    assert "その立場は使えません" in answer.content.decode()
    assert client.get("/own/").json()["ward"] == SUMIDA


def test_a_firm_hat_comes_from_a_registered_source(client: Client, monkeypatch: pytest.MonkeyPatch):
    held = Value("firm_owner"), hats.NO_PLACE, Value(7), Value("大野精機"), *hats.OWN
    source = [lambda user_id, today: User.objects.filter(pk=user_id).values_list(*held)]
    monkeypatch.setattr(hats, "_sources", source)
    sign_in(client, make_person("e@example.jp"), factors=())
    shown = client.get("/own/").json()
    assert (shown["hat"], shown["firm"], shown["label"]) == ("firm", 7, "大野精機 企業の代表者")


def test_the_question_is_built_once_for_everybody_and_answers_each(
    db: None, monkeypatch: pytest.MonkeyPatch
):
    built = []

    def source(user_id, today):
        built.append(today)
        return hats.assigned(user_id, today)

    monkeypatch.setattr(hats, "_sources", [source])
    people = [
        assign(make_person(f"k{ward}@example.jp"), Role.REVIEWER, ward_id=ward)
        for ward in (SUMIDA, OTA)
    ]
    worn = [[option.ward_id for option in hats.options(user.pk, TODAY)] for user in people]
    assert worn == [[SUMIDA], [OTA]]
    assert len(built) == 1


def test_a_revoked_role_is_refused_on_the_next_request(client: Client):
    user = sign_in(client, assign(make_person("f@example.jp"), Role.APPROVER, ward_id=SUMIDA))
    assert client.get("/approvers/").status_code == 200
    services.assignment_revoke(
        actor=Actor.system("test"),
        assignment_id=user.assignments.get().pk,
        reason="人事異動",
        now=clock.now(),
    )
    assert client.get("/approvers/").status_code == 404


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "live"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY + dt.timedelta(days=1), None, False),
        (dt.date(2026, 4, 1), TODAY - dt.timedelta(days=1), False),
    ],
)
def test_a_role_counts_only_in_its_period(db: None, valid_from, valid_to, live):
    user = assign(
        make_person("g@example.jp"),
        Role.REVIEWER,
        ward_id=SUMIDA,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    assert bool(hats.options(user.pk, TODAY)) is live
    assert user.assignments.get().live_on(TODAY) is live


def test_a_disabled_person_is_out_at_once(client: Client):
    user = sign_in(client, make_person("h@example.jp"))
    assert client.get("/own/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/own/").status_code == 302


def test_a_signed_in_request_costs_user_hats_and_two_settings(client: Client):
    sign_in(client, assign(make_person("i@example.jp"), Role.REVIEWER, ward_id=SUMIDA))
    client.get("/own/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/own/")
    tables = [q["sql"] for q in queries if "FROM" in q["sql"] or "UPDATE" in q["sql"]]
    # The person, and the roles of all sources at once: the apps above add theirs.
    assert len(hats._sources) >= 2
    assert len(tables) == 2, tables
    # Bare, hat, and the outer scope of this test given back.
    assert sum("set_config" in q["sql"] for q in queries) == 3


def test_a_5xx_answer_rolls_back(client: Client):
    assert client.get("/broken/").status_code == 503
    assert not User.objects.filter(email="left-behind@example.jp").exists()


def test_wrong_hat_is_404_and_anonymous_is_sent_to_sign_in(client: Client):
    answer = client.get("/approvers/?page=2")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/approvers/%3Fpage%3D2"
    sign_in(client, assign(make_person("j@example.jp"), Role.REVIEWER, ward_id=SUMIDA))
    assert client.get("/approvers/").status_code == 404


def test_the_own_language_applies_unless_the_browser_chose(client: Client):
    sign_in(client, make_person("k@example.jp", language="en"))
    assert client.get("/own/").json()["language"] == "en"
    client.cookies["django_language"] = "ja"
    assert client.get("/own/").json()["language"] == "ja"


def test_languages_are_named_in_themselves(client: Client):
    sign_in(client, make_person("o@example.jp"))
    shown = client.get("/accounts/me/").content.decode()
    assert ">日本語</option>" in shown
    assert ">English</option>" in shown


def test_landing_falls_back_to_the_home_page(client: Client, settings):
    sign_in(client, assign(make_person("l@example.jp"), Role.SYSADMIN))
    assert client.get("/accounts/landing/")["Location"] == "/staff/people/"
    settings.LANDING = {"admin": "nowhere:at-all"}
    assert client.get("/accounts/landing/")["Location"] == "/"


@pytest.mark.parametrize(
    ("role", "ward_id"), [(Role.REVIEWER, None), (Role.AUDITOR, SUMIDA), ("firm_owner", SUMIDA)]
)
def test_the_database_refuses_a_role_in_the_wrong_place(db: None, role, ward_id):
    from django.db import IntegrityError, transaction

    user = make_person("m@example.jp")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(user=user, role=role, ward_id=ward_id, valid_from=TODAY)


def test_the_database_refuses_a_second_live_row(db: None):
    from django.db import IntegrityError, transaction

    user = assign(make_person("n@example.jp"), Role.POLICY)
    with pytest.raises(IntegrityError), transaction.atomic():
        assign(user, Role.POLICY)


def test_addresses_differ_by_more_than_case(db: None):
    from django.db import IntegrityError, transaction

    make_person("Case@Example.JP")
    assert User.objects.get_by_natural_key("CASE@example.jp").email == "case@example.jp"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("cASE@example.jp", name="別人")


def test_a_hats_key_names_its_place():
    assert HatOption(Hat.WARD, frozenset(), ward_id=SUMIDA).key == "ward:13107"
    assert HatOption(Hat.POLICY, frozenset()).key == "policy"
