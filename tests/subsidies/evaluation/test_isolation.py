"""The attacker's view: what the database gives an advisor, a firm, an official, another ward."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from portal.accounts.models import User
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from subsidies.evaluation import policies, services
from subsidies.evaluation.models import FieldAuthor, PlanComment, PlanEvaluation, PlanShare
from subsidies.models import Application
from tests.factories import evaluation as build
from tests.factories import subsidies as make
from tests.factories.programs import OTA
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db

TABLES = (PlanShare, PlanComment, PlanEvaluation)


DENIED = "permission denied"


def count(table):
    """How many rows the table shows, or DENIED."""
    try:
        with transaction.atomic():
            return table.objects.count()
    except DatabaseError as refused:
        if DENIED not in str(refused):
            raise
        return DENIED


def seen(actor):
    with acting(actor):
        return [count(table) for table in TABLES]


@pytest.fixture
def advisor():
    return build.advisor_actor()


@pytest.fixture
def row(advisor):
    """A shared plan with a comment and a draft of the evaluation."""
    found = build.share(build.make_plan(), advisor)
    with acting(advisor):
        services.comment_add(actor=advisor, share_id=found.pk, anchor="", body="よい計画です。")
        services.evaluation_save(actor=advisor, share_id=found.pk, entry=build.entry())
    return found


def end(row):
    owner = build.owner_of(row.application)
    with acting(owner):
        services.plan_share_end(actor=owner, share_id=row.pk)


def test_who_sees_which_rows(row, advisor):
    owner = build.owner_of(row.application)
    assert seen(advisor) == [1, 1, 1]
    assert seen(owner) == [1, 1, 0]  # a draft of the evaluation is the advisor's alone
    rival = make.firm_actor(make.make_firm())
    strangers = (rival, build.advisor_actor(), build.advisor_actor(OTA))
    assert {tuple(seen(actor)) for actor in strangers} == {(0, 0, 0)}
    # Advice stays between the firm and its advisor.
    assert seen(make.official_actor()) == [0, DENIED, 0]
    with acting(advisor):
        services.evaluation_submit(actor=advisor, share_id=row.pk)
    assert seen(owner) == [1, 1, 1]
    make.submit(owner, row.application)
    assert seen(make.official_actor()) == [1, DENIED, 1]
    assert seen(make.official_actor(OTA)) == [0, DENIED, 0]


def test_what_ended_is_out_of_sight_and_reach(row, advisor):
    end(row)
    assert seen(advisor) == [0, 0, 0]
    with acting(advisor), pytest.raises(PlanShare.DoesNotExist):
        policies.get_share(advisor, pk=row.pk)
    with acting(advisor), pytest.raises(DatabaseError), transaction.atomic():
        PlanComment.objects.create(
            share_id=row.pk,
            ward_id=row.ward_id,
            firm_id=row.firm_id,
            author_id=advisor.user_id,
            body="まだ書けるか",
        )


def test_the_same_person_under_another_wards_hat_sees_nothing_of_this_ward(row, advisor):
    elsewhere = build.as_advisor(User.objects.get(pk=advisor.user_id), OTA)
    with acting(elsewhere):
        assert not policies.visible_shares(elsewhere).exists()
    for hat in (Hat.REVIEW, Hat.PUBLIC):
        other = Actor(advisor.user_id, "x", hat, frozenset({"committee"}), ward_id=make.SUMIDA)
        with acting(other):
            assert not policies.visible_shares(other).exists()


def test_an_advisor_has_no_way_to_the_application_itself(row, advisor):
    for statement in (
        "SELECT * FROM subsidies_application",
        "UPDATE subsidies_application SET title = 'x'",
        "UPDATE evaluation_planshare SET ended_at = NULL",
        "SELECT * FROM evaluation_fieldauthor",
        "DELETE FROM evaluation_plancomment",
        "UPDATE evaluation_plancomment SET body = 'x'",
    ):
        refused = pytest.raises(DatabaseError, match=DENIED)
        with acting(advisor), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_nobody_writes_in_anothers_name(row, advisor):
    other = build.advisor_actor()
    with acting(other), pytest.raises(DatabaseError), transaction.atomic():
        PlanEvaluation.objects.create(
            share_id=row.pk,
            application_id=row.application_id,
            ward_id=row.ward_id,
            firm_id=row.firm_id,
            evaluator_id=other.user_id,
        )
    owner = build.owner_of(row.application)
    with acting(owner), pytest.raises(DatabaseError), transaction.atomic():
        PlanEvaluation.objects.filter(share=row).update(grade="a")
    with acting(owner), pytest.raises(DatabaseError), transaction.atomic():
        PlanShare.objects.filter(pk=row.pk).update(advisor_id=other.user_id)


def firm_routes():
    """Names and patterns of the firm's form of an application."""
    (app,) = [
        entry
        for entry in get_resolver().url_patterns
        if getattr(entry, "app_name", "") == "subsidies"
    ]
    return [entry for entry in app.url_patterns if str(entry.pattern).startswith("apply/<uuid")]


def test_no_route_of_the_firms_form_opens_to_an_advisor_nor_takes_what_they_post(row, advisor):
    client = Client()
    sign_in(client, User.objects.get(pk=advisor.user_id))
    plan = Application.objects.get(pk=row.application_id)
    before = (plan.answers, plan.expense_input, plan.eligibility, plan.revision, plan.status)
    given = {"task": "plan", "code": "employees"}
    routes = firm_routes()
    assert len(routes) > 12
    for entry in routes:
        names = entry.pattern.converters
        address = reverse(
            f"subsidies:{entry.name}",
            args=[plan.public_id, *(given[n] for n in names if n in given)],
        )
        typed = {"problem": "代わりに書いた", "key": str(make.uuid.uuid4()), "submit-consent": "on"}
        assert client.get(address).status_code == 404, entry.name
        assert client.post(address, typed).status_code == 404, entry.name
    plan.refresh_from_db()
    assert before == (
        plan.answers,
        plan.expense_input,
        plan.eligibility,
        plan.revision,
        plan.status,
    )
    assert not FieldAuthor.objects.filter(user_id=advisor.user_id).exists()
