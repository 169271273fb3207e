"""What was submitted, version by version, for the firm and for those who may see the case."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.ui.markup import era_date
from subsidies import services
from subsidies.models import Application
from tests.factories import subsidies as make
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db

CHEAPER = {**make.LINES[0], "unit_price": 600_000}


def corrected() -> tuple[Application, Actor]:
    """An application whose effect and price were mended in a second version, and its firm."""
    actor = make.firm_actor(make.make_firm(name="株式会社二版精機"))
    application = make.make_draft(actor, make.make_call())
    make.submit(actor, application)
    send_back(application)
    with acting(actor):
        services.draft_save_answers(
            actor=actor, application_id=application.pk, answers={"effect": "月に2時間になる。"}
        )
        services.draft_save_expenses(actor=actor, application_id=application.pk, lines=[CHEAPER])
    make.quote_again(actor, application)
    hand_in_again(application, actor)
    application.refresh_from_db()
    return application, actor


def send_back(application: Application) -> None:
    official = make.official_actor()
    with acting(official):
        services.correction_request(
            actor=official,
            application_id=application.pk,
            fields=["answers.effect", "expenses"],
            notes={},
            message="効果と金額を確かめてください。",
            due_on=make.TODAY + make.dt.timedelta(days=46),
        )


def hand_in_again(application: Application, actor: Actor) -> None:
    with acting(actor):
        services.correction_answer(
            actor=actor, application_id=application.pk, idempotency_key=uuid.uuid4()
        )


def page_of(client: Client, application: Application, number: int):
    return client.get(reverse("subsidies:version", args=[application.public_id, number]))


def test_the_firm_reads_each_version_as_it_was_submitted(client: Client):
    application, actor = corrected()
    sign_in(client, User.objects.get(pk=actor.user_id))
    first, second = (page_of(client, application, number) for number in (1, 2))
    for page in (first, second):
        text = page.content.decode()
        assert application.receipt_no in text
        assert "日報を紙で書き" in text
        assert "見積書.pdf" in text
    assert first.context["changes"] == []
    assert "集計が月24時間から2時間になる。" in first.content.decode()
    assert "665,999円" in first.content.decode()
    assert "補正で変わったところ" not in first.content.decode()
    day = era_date(clock.today() - make.dt.timedelta(days=10))
    assert second.context["changes"] == [
        (
            "どのくらい良くなる見込みか",
            "集計が月24時間から2時間になる。",
            "月に2時間になる。",
        ),
        ("経費と補助額", "日報システム　665,999円 × 1", "日報システム　600,000円 × 1"),
        (
            "見積り",
            f"日報システム　◎試験ソフト株式会社　{day}　665,999円",
            f"日報システム　◎試験ソフト株式会社　{day}　600,000円",
        ),
    ]
    assert "補正（第2版）" in second.content.decode()
    assert [tab.current for tab in second.context["tabs"]] == [False, True]


def test_the_frozen_version_is_shown_and_not_the_draft(client: Client):
    application, actor = corrected()
    Application.objects.filter(pk=application.pk).update(
        answers={**application.answers, "problem": "書きかけ"}
    )
    sign_in(client, User.objects.get(pk=actor.user_id))
    assert "書きかけ" not in page_of(client, application, 2).content.decode()


def test_a_correction_without_a_change_says_so(client: Client):
    application, actor = corrected()
    send_back(application)
    hand_in_again(application, actor)
    sign_in(client, User.objects.get(pk=actor.user_id))
    assert (
        "前の版から変わったところはありません" in page_of(client, application, 3).content.decode()
    )


@pytest.mark.parametrize("number", [0, 3, 10**12])
def test_there_is_no_other_version(client: Client, number: int):
    application, actor = corrected()
    sign_in(client, User.objects.get(pk=actor.user_id))
    assert page_of(client, application, number).status_code == 404


def test_a_draft_has_no_version_yet(client: Client):
    actor = make.firm_actor(make.make_firm())
    draft = make.make_draft(actor, make.make_call())
    sign_in(client, User.objects.get(pk=actor.user_id))
    assert page_of(client, draft, 1).status_code == 404


def test_officials_leave_a_trace_when_they_look_and_firms_none(client: Client):
    application, actor = corrected()
    looked = AuditRow.objects.filter(action="subsidies.application_viewed")
    sign_in(client, User.objects.get(pk=actor.user_id))
    assert page_of(client, application, 1).status_code == 200
    assert not looked.exists()
    official = make.official_actor(make.SUMIDA, Role.APPROVER)
    sign_in(client, User.objects.get(pk=official.user_id))
    assert page_of(client, application, 1).status_code == 200
    row = looked.get()
    assert (row.actor_id, row.detail) == (official.user_id, {"version": 1})


def test_the_pages_of_the_case_lead_to_its_versions(client: Client):
    application, actor = corrected()
    addresses = [reverse("subsidies:version", args=[application.public_id, n]) for n in (1, 2)]
    sign_in(client, User.objects.get(pk=actor.user_id))
    status = client.get(reverse("subsidies:status", args=[application.public_id]))
    done = client.get(reverse("subsidies:done", args=[application.public_id]))
    assert all(address in status.content.decode() for address in addresses)
    assert addresses[1] in done.content.decode()
    sign_in(client, User.objects.get(pk=make.official_actor().user_id))
    case = client.get(reverse("subsidies:application", args=[application.receipt_no]))
    assert all(address in case.content.decode() for address in addresses)
