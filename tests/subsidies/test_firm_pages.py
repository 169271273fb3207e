"""What a firm reads while it prepares, waits and looks back: plain, true, and with a way on."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.files import reasons
from portal.kernel.files.models import StoredFile
from portal.ui.markup import era_date, short_date
from subsidies import states
from subsidies.models import Application
from tests.factories import subsidies as make
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db

State = StoredFile.State


@pytest.fixture
def actor(client: Client) -> Actor:
    firm = make.firm_actor(make.make_firm())
    sign_in(client, User.objects.get(pk=firm.user_id))
    return firm


def submitted(actor: Actor) -> Application:
    draft = make.make_draft(actor, make.make_call())
    make.submit(actor, draft)
    draft.refresh_from_db()
    return draft


def change_file(application: Application, **fields: object) -> StoredFile:
    """Give the application's first file another state, as a late scan does."""
    stored = application.documents.select_related("stored_file").first().stored_file
    StoredFile.objects.filter(pk=stored.pk).update(**fields)
    return stored


def refuse(application: Application) -> StoredFile:
    """A virus was found after the file had been attached."""
    return change_file(
        application, state=State.REFUSED, reason_code=reasons.INFECTED, storage_key=""
    )


def text_of(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_a_waiting_firm_reads_when_to_expect_the_result(client: Client, actor: Actor):
    application = submitted(actor)
    page = text_of(client, "subsidies:status", application.public_id)
    day = short_date(application.due_on, today=clock.today())
    assert f'結果の目安：<span class="ui-due">{day}（あと' in page
    assert "期限：" not in page


def test_a_result_that_is_late_is_owned_up_to(client: Client, actor: Actor):
    application = submitted(actor)
    past = clock.today() - dt.timedelta(days=3)
    Application.objects.filter(pk=application.pk).update(due_on=past)
    page = text_of(client, "subsidies:status", application.public_id)
    assert f"結果の目安としていた{era_date(past)}を過ぎています" in page
    assert "超過" not in page


def test_before_a_line_the_budget_says_what_to_do_first(client: Client, actor: Actor):
    draft = make.make_draft(
        actor, make.make_call(rules=make.rules_json(floor_yen=50_000)), lines=[]
    )
    for name in ("subsidies:budget", "subsidies:check_answers"):
        page = text_of(client, name, draft.public_id)
        assert "まず1行入力してください" in page
        assert "交付できません" not in page
    make.services.draft_save_expenses(
        actor=actor,
        application_id=draft.pk,
        lines=[{**make.LINES[0], "unit_price": 1000}],
        revision=None,
    )
    page = text_of(client, "subsidies:budget", draft.public_id)
    assert "下限50,000円に満たないため、交付できません" in page
    assert "まず1行入力してください" not in page


def test_going_on_with_documents_missing_leads_to_a_page_of_its_own(client: Client, actor: Actor):
    draft = make.make_draft(actor, make.make_call(), documents=("quotes",))
    address = reverse("subsidies:files", args=[draft.public_id])
    answer = client.post(address)
    assert (answer.status_code, answer["Location"]) == (302, f"{address}?problems=1")
    page = client.get(answer["Location"])
    assert [link.target for link in page.context["error_links"]] == [
        "documents.registry",
        "documents.tax",
    ]


def test_a_file_that_was_refused_later_says_why_and_can_be_replaced(client: Client, actor: Actor):
    draft = make.make_draft(actor, make.make_call())
    stored = refuse(draft)
    page = text_of(client, "subsidies:files", draft.public_id)
    assert f"「{stored.original_name}」は受け取れませんでした。ウイルスの疑いがある" in page
    removed = draft.documents.get(stored_file=stored)
    client.post(reverse("subsidies:files", args=[draft.public_id]), {"remove": removed.pk})
    assert "受け取れませんでした" not in text_of(client, "subsidies:files", draft.public_id)


@pytest.mark.parametrize(
    ("fields", "told", "untold"),
    [
        (
            {"state": State.QUARANTINE, "reason_code": reasons.SCANNER_DOWN},
            "ウイルス検査を待っています",
            "受け取れません",
        ),
        (
            {"state": State.REFUSED, "reason_code": reasons.INFECTED, "storage_key": ""},
            "ウイルスの疑いがあるため受け取れません",
            "まだ開けません",
        ),
        (
            {"erased_at": dt.datetime(2026, 11, 1, tzinfo=clock.TOKYO), "storage_key": ""},
            "削除されました",
            "まだ開けません",
        ),
    ],
)
def test_a_file_that_cannot_be_opened_tells_which_of_three_it_is(
    client: Client, actor: Actor, fields, told: str, untold: str
):
    stored = change_file(submitted(actor), **fields)
    answer = client.get(reverse("subsidies:download", args=[stored.pk]))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert told in page
    assert untold not in page


def test_an_official_is_told_how_to_get_another_file(client: Client):
    application = make.make_submitted()
    stored = refuse(application)
    sign_in(client, User.objects.get(pk=make.official_actor().user_id))
    page = text_of(client, "subsidies:download", stored.pk)
    assert "補正を依頼して、差し替えて" in page


@pytest.mark.parametrize(
    ("status", "behind"),
    [
        (states.SUBMITTED, ["申請"]),
        (states.CORRECTION, ["申請"]),
        (states.REVIEWING, ["申請", "書類の確認"]),
    ],
)
def test_what_was_withdrawn_shows_how_far_it_came_and_why(
    client: Client, actor: Actor, status, behind
):
    application = submitted(actor)
    Application.objects.filter(pk=application.pk).update(status=status)
    reason = {"reason": "導入を見送るため"}
    client.post(reverse("subsidies:withdraw", args=[application.public_id]), reason)
    answer = client.get(reverse("subsidies:status", args=[application.public_id]))
    steps = answer.context["steps"]
    assert [step.label for step in steps] == [*behind, "取下げ"]
    newest = answer.context["timeline"][0]
    assert (newest.text, newest.note) == ("申請を取り下げました", "導入を見送るため")
    assert clock.to_date(newest.at) == clock.today()
