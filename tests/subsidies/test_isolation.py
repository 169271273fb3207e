"""Who sees which application: the scope alone, the net alone."""

import sys

import pytest
from django.apps import apps
from django.db import connection, transaction

from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from subsidies import policies, selectors, states
from subsidies.models import (
    Application,
    ApplicationDocument,
    ApplicationVersion,
    BudgetEntry,
    Call,
    Correction,
    Decision,
    DocumentCheck,
    ExpenseLine,
    Message,
    Scheme,
    SchemeVersion,
)
from subsidies.selectors import QueueFilters
from tests.factories import subsidies as make
from tests.factories.programs import OTA, SUMIDA

pytestmark = pytest.mark.usefixtures("as_built")

CHILDREN = [ExpenseLine, ApplicationDocument, ApplicationVersion]
TODAY = make.dt.date(2026, 11, 21)


@pytest.fixture(scope="module")
def world(kept_database):
    """In each of two wards: a granted application with all that hangs on it, and a draft."""
    from subsidies import services

    found = {}
    for ward in (SUMIDA, OTA):
        call = make.make_call(ward=ward)
        granted = make.make_proposed(call=call)
        approver = make.official_actor(ward, Role.APPROVER)
        with acting(approver):
            services.decision_approve(actor=approver, application_id=granted.pk)
            services.message_post(actor=approver, application_id=granted.pk, body="決定しました")
        Correction.objects.create(
            application=granted,
            fields=["answers.problem"],
            message="x",
            due_on=TODAY,
            requested_by_id=approver.user_id,
            answered_at=make.clock.database_now(),
        )
        actor = make.firm_actor(make.make_firm(ward=ward))
        found[ward] = (Application.objects.get(pk=granted.pk), make.make_draft(actor, call), actor)
    return found


def ids(rows):
    return {getattr(row, "application_id", None) or row.pk for row in rows}


@pytest.mark.parametrize("ward", [SUMIDA, OTA])
@pytest.mark.parametrize(
    "model", [Application, *CHILDREN, Correction, DocumentCheck, Message, Decision, BudgetEntry]
)
def test_with_the_scope_gone_officials_see_their_ward_and_no_draft(world, model, ward):
    with acting(make.official_actor(ward)):
        assert ids(model.objects.all()) == {world[ward][0].pk}


@pytest.mark.parametrize("model", [Application, *CHILDREN, Correction, Message, Decision])
def test_with_the_scope_gone_firms_see_their_own(world, model):
    granted = world[SUMIDA][0]
    with acting(make.firm_actor(granted.firm)):
        assert ids(model.objects.all()) == {granted.pk}


@pytest.mark.parametrize("model", [DocumentCheck, BudgetEntry])
def test_the_wards_own_business_is_closed_to_firms(world, model):
    with (
        acting(make.firm_actor(world[SUMIDA][0].firm)),
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
    ):
        model.objects.exists()


def test_an_auditor_sees_all_wards_but_no_draft_and_writes_nothing(world):
    auditor = make.auditor_actor()
    granted = {world[ward][0].pk for ward in world}
    with acting(auditor):
        for model in (Application, *CHILDREN, Decision, Message, BudgetEntry):
            assert ids(model.objects.all()) == granted, model
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            Message.objects.create(
                application=world[SUMIDA][0], sender_label="x", from_ward=True, body="x"
            )


@pytest.mark.parametrize("hat", [Hat.PUBLIC, Hat.SUPPORT, Hat.POLICY, Hat.ADMIN])
def test_other_hats_reach_no_case(world, hat):
    with acting(Actor(1, "だれか", hat)):
        for model in (Application, ApplicationVersion, Decision):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                model.objects.exists()


def test_drafts_are_the_firms_alone_with_their_files(world):
    _granted, draft, actor = world[SUMIDA]
    with acting(make.official_actor()):
        assert not StoredFile.objects.filter(firm_id=draft.firm_id).exists()
        assert not Application.objects.filter(pk=draft.pk).exists()
    with acting(actor):
        assert list(policies.visible_applications(actor)) == [draft]


def test_with_the_net_off_the_scope_holds(world):
    """As the system, which sees every row: the policies' own filters must be enough."""
    for ward in (SUMIDA, OTA):
        granted, draft, actor = world[ward]
        official = make.official_actor(ward)
        assert set(policies.visible_applications(official)) == {granted}
        assert set(policies.visible_applications(actor)) == {draft}
        assert set(policies.visible_decisions(official)) == {granted.decision}
    assert policies.visible_applications(make.auditor_actor()).count() == 2
    for hat in (Hat.PUBLIC, Hat.POLICY, Hat.ADMIN, Hat.SUPPORT, Hat.REVIEW):
        actor = Actor(1, "x", hat, frozenset({Role.COMMITTEE}), ward_id=SUMIDA)
        assert not policies.visible_applications(actor).exists()


def test_the_queue_with_its_scope_gone_shows_nothing_foreign(world, monkeypatch):
    queue = sys.modules["subsidies.selectors.queue"]

    monkeypatch.setattr(queue, "visible_applications", lambda actor: Application.objects.all())
    official = make.official_actor(OTA)
    with acting(official):
        page = selectors.queue_page(official, QueueFilters(status="any"), today=TODAY)
    assert [row["id"] for row in page.rows] == [world[OTA][0].pk]


def test_an_official_cannot_move_a_case_to_another_ward(world):
    official = make.official_actor()
    with acting(official):
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            Application.objects.filter(pk=world[SUMIDA][0].pk).update(ward_id=OTA)
        assert Application.objects.filter(pk=world[OTA][0].pk).update(title="よそ") == 0


def test_a_firm_cannot_write_decisions_checks_or_other_firms(world):
    granted = world[SUMIDA][0]
    actor = make.firm_actor(granted.firm)
    with acting(actor):
        for change in (
            lambda: Decision.objects.update(amount_yen=1),
            lambda: Call.objects.update(budget_yen=1),
            lambda: SchemeVersion.objects.update(rules={}),
            lambda: Correction.objects.create(
                application=granted,
                fields=[],
                message="",
                due_on=TODAY,
                requested_by_id=actor.user_id,
            ),
        ):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                change()


@pytest.mark.parametrize("hat", [Hat.PUBLIC, Hat.FIRM, Hat.WARD, Hat.POLICY, Hat.AUDITOR])
def test_schemes_and_calls_are_public(world, hat):
    with acting(Actor(1, "x", hat, ward_id=SUMIDA, firm_id=1)):
        assert {scheme.ward_id for scheme in Scheme.objects.all()} >= {SUMIDA, OTA}
        assert Call.objects.filter(ward_id=OTA).exists()
        assert SchemeVersion.objects.exists()


def test_an_official_changes_only_the_own_wards_calls(world):
    with acting(make.official_actor()):
        assert Call.objects.filter(ward_id=OTA).update(contact="よそ") == 0
        assert Call.objects.filter(ward_id=SUMIDA).update(contact="窓口") >= 1
        assert Scheme.objects.filter(ward_id=OTA).update(name="よそ") == 0


@pytest.mark.parametrize("table", ["subsidies_applicationsearch", "subsidies_searchgram"])
def test_no_role_reaches_the_search_tables(world, table):
    for hat in Hat:
        actor = Actor(1, "x", hat, ward_id=SUMIDA, firm_id=1)
        with (
            acting(actor),
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT 1 FROM {table}")


def test_firms_cannot_search(world):
    with (
        acting(make.firm_actor(world[SUMIDA][0].firm)),
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT subsidies_search('試験', 10)")


def test_every_model_is_named_here():
    """A new table of cases has to be thought about."""
    assert {model.__name__ for model in apps.get_app_config("subsidies").get_models()} == {
        "Application",
        "ApplicationDocument",
        "ApprovalLimit",
        "DocumentTemplate",
        "FigureConfirmation",
        "WardRules",
        "ApplicationVersion",
        "BudgetEntry",
        "Call",
        "Correction",
        "Decision",
        "DocumentCheck",
        "ExpenseLine",
        "Grant",
        "Message",
        "Scheme",
        "SchemeVersion",
    }
    assert states.DRAFT == "draft"
