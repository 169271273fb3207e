"""起案 and 点検 are about the version that was read; a newer one is refused with the text kept."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from subsidies import services, states
from subsidies.contents import submitted_rules
from subsidies.models import Application, Decision, DocumentCheck
from subsidies.rules import checklist
from tests.axe import assert_axe_clean, assert_no_sideways_scroll
from tests.factories import subsidies as make
from tests.flows.story import press
from tests.screens import save_screen
from tests.support.people import sign_in

NEWER = "申請者が第2版を提出しました"
REASON = "見積書の内訳まで確かめ、計画が具体的である。"


@pytest.fixture
def reviewer(client: Client) -> Actor:
    actor = make.official_actor()
    sign_in(client, User.objects.get(pk=actor.user_id))
    return actor


def submit_again(application: Application) -> None:
    """Another official asks for a correction, and the firm answers it."""
    other, firm = make.official_actor(), make.firm_actor(application.firm)
    with acting(other):
        services.correction_request(
            actor=other,
            application_id=application.pk,
            fields=["answers.problem", "expenses"],
            notes={},
            message="見直してください。",
            due_on=make.dt.date(2099, 1, 1),
        )
    with acting(firm):
        services.draft_save_expenses(
            actor=firm, application_id=application.pk, lines=[make.LINES[0] | {"unit_price": 9_000}]
        )
    make.quote_again(firm, application)
    with acting(firm):
        services.correction_answer(
            actor=firm, application_id=application.pk, idempotency_key=uuid.uuid4()
        )


def page_of(name: str, application: Application) -> str:
    return reverse(f"subsidies:{name}", args=[application.receipt_no])


@pytest.mark.django_db
class TestProposal:
    @pytest.fixture
    def application(self, reviewer: Actor) -> Application:
        application = make.make_submitted()
        make.check_all(reviewer, application)
        return application

    def post(self, client: Client, application: Application, **typed: str):
        data = {"outcome": "grant", "amount_yen": "", "reason": REASON, **typed}
        return client.post(page_of("propose", application), data)

    def assert_refused(self, answer, application: Application) -> None:
        assert answer.status_code == 200
        body = answer.content.decode()
        assert NEWER in body
        assert f">\n{REASON}</textarea>" in body
        # The page shows the newer version now; sent once more, it is about that one.
        assert 'name="seen" value="2"' in body
        assert "補正で変わったところ" in body
        assert not Decision.objects.exists()

    def test_the_page_carries_what_it_shows(self, client: Client, application):
        page = client.get(page_of("propose", application)).content.decode()
        assert 'name="seen" value="1"' in page
        assert "第1版" in page
        assert self.post(client, application, seen="1").status_code == 302
        application.refresh_from_db()
        assert application.status == states.AWAITING_APPROVAL

    def test_another_version_meanwhile_is_not_proposed_unread(self, client: Client, application):
        submit_again(application)
        make.check_all(make.official_actor(), application)
        self.assert_refused(self.post(client, application, seen="1"), application)
        application.refresh_from_db()
        assert application.status == states.REVIEWING
        assert self.post(client, application, seen="2").status_code == 302
        assert Decision.objects.get().conditions["submitted_version"] == 2

    def test_nor_while_it_is_not_checked_again(self, client: Client, application):
        submit_again(application)
        self.assert_refused(self.post(client, application, seen="1"), application)

    def test_nor_is_it_passed_over_because_something_else_is_wrong(
        self, client: Client, application
    ):
        """Less is calculated now: the amount typed is too much, and why must be said."""
        submit_again(application)
        make.check_all(make.official_actor(), application)
        answer = self.post(client, application, seen="1", amount_yen="400000")
        self.assert_refused(answer, application)
        assert "以下で入力してください" in answer.content.decode()

    @pytest.mark.parametrize("seen", ["", "x", "9" * 5000])
    def test_a_post_that_does_not_say_is_refused(self, client: Client, application, seen):
        self.post(client, application, seen=seen)
        assert not Decision.objects.exists()

    def test_what_the_state_refuses_keeps_the_text_too(self, client: Client, application):
        other = make.official_actor()
        with acting(other):
            services.decision_propose(
                actor=other, application_id=application.pk, outcome="refuse", reason="先に起案"
            )
        answer = self.post(client, application, seen="1")
        assert f">\n{REASON}</textarea>" in answer.content.decode()
        assert Decision.objects.get().outcome == "refuse"


@pytest.mark.django_db
class TestCheckList:
    @pytest.fixture
    def application(self, reviewer: Actor) -> Application:
        return make.make_submitted()

    def post(self, client: Client, application: Application, **typed: str):
        data = {"verdict-answers": "ok", "note-answers": "電話で確認した", **typed}
        return client.post(page_of("checks", application), data)

    def test_the_page_carries_what_it_shows(self, client: Client, application):
        page = client.get(page_of("application", application)).content.decode()
        assert 'name="seen" value="1"' in page
        assert self.post(client, application, seen="1").status_code == 302
        assert DocumentCheck.objects.get().note == "電話で確認した"

    def test_another_version_meanwhile_is_not_checked_unread(self, client: Client, application):
        submit_again(application)
        for finish in ({}, {"finish": ""}):
            answer = self.post(client, application, seen="1", **finish)
            assert answer.status_code == 200
            body = answer.content.decode()
            assert NEWER in body
            assert 'name="note-answers" value="電話で確認した"' in body
            assert 'name="seen" value="2"' in body
            assert "checked" not in body
        assert not DocumentCheck.objects.exists()
        assert self.post(client, application, seen="2").status_code == 302
        assert DocumentCheck.objects.get().verdict == "ok"

    def test_finishing_alone_asks_for_the_version_too(self, client: Client, application, reviewer):
        with acting(reviewer):
            for line in checklist.items(submitted_rules(application)):
                services.check_item_set(
                    actor=reviewer, application_id=application.pk, item=line.code, verdict="ok"
                )
        client.post(page_of("checks", application), {"finish": "", "seen": "0"})
        application.refresh_from_db()
        assert application.status == states.CHECKING

    def test_closed_meanwhile_it_keeps_the_notes(self, client: Client, application):
        make.check_all(make.official_actor(), application)
        answer = self.post(client, application, seen="1")
        assert 'name="note-answers" value="電話で確認した"' in answer.content.decode()
        assert DocumentCheck.objects.get(item="answers").note == ""

    def test_its_address_leads_back_to_the_case(self, client: Client, application):
        answer = client.get(page_of("checks", application))
        assert answer["Location"] == f"{page_of('application', application)}#checks"


@pytest.mark.django_db
class TestWhoLooked:
    def looks(self, person: Actor) -> int:
        rows = AuditRow.objects.filter(action="subsidies.application_viewed")
        return rows.filter(actor_id=person.user_id).count()

    def test_at_the_pages_of_proposal(self, client: Client, reviewer):
        application = make.make_submitted()
        make.check_all(reviewer, application)
        client.get(page_of("propose", application))
        row = AuditRow.objects.get(action="subsidies.application_viewed")
        assert (row.object_id, row.object_label) == (str(application.pk), application.receipt_no)
        assert (row.actor_id, row.chain) == (reviewer.user_id, make.SUMIDA)
        client.post(page_of("propose", application), {"reason": ""})
        assert self.looks(reviewer) == 2

    def test_and_of_decision(self, client: Client):
        application = make.make_proposed()
        approver = make.official_actor(make.SUMIDA, Role.APPROVER)
        sign_in(client, User.objects.get(pk=approver.user_id))
        assert client.get(page_of("approve", application)).status_code == 200
        assert self.looks(approver) == 1

    def test_a_page_that_does_not_open_leaves_none(self, client: Client, reviewer):
        application = make.make_submitted()
        assert client.get(page_of("propose", application)).status_code == 302
        assert self.looks(reviewer) == 0

    def test_a_check_list_refused_shows_the_case_and_says_so(self, client: Client, reviewer):
        application = make.make_submitted()
        client.post(page_of("checks", application), {"verdict-answers": "ok", "seen": "0"})
        assert self.looks(reviewer) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_on_the_screen(new_page, live_app):
    """Both pages of an official who was away, at 320 px: refused, said so, text kept."""
    with acting(Actor.system("test")):
        reviewer = make.official_actor()
        checking, reviewing = make.make_submitted(), make.make_submitted()
        make.check_all(reviewer, reviewing)
        client = Client()
        sign_in(client, User.objects.get(pk=reviewer.user_id))
    page = new_page(width=320)
    for key, cookie in client.cookies.items():
        page.context.add_cookies([{"name": key, "value": cookie.value, "url": live_app.url}])

    page.goto(page_of("application", checking))
    page.locator("#note-answers").fill("電話で確認した")
    page.locator("input[name=verdict-answers]").first.check(force=True)
    with acting(Actor.system("test")):
        submit_again(checking)
    press(page, "途中まで保存する")
    expect(page.get_by_text(NEWER)).to_be_visible()
    expect(page.locator("#note-answers")).to_have_value("電話で確認した")
    look(page, "check-list-newer-version")

    page.goto(page_of("propose", reviewing))
    page.get_by_label("起案の理由").fill(REASON)
    with acting(Actor.system("test")):
        submit_again(reviewing)
    press(page, "決裁に回す")
    expect(page.locator(":focus").get_by_text(NEWER)).to_be_visible()
    expect(page.get_by_label("起案の理由")).to_have_value(REASON)
    look(page, "propose-newer-version")


def look(page, name: str) -> None:
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    save_screen(page, name)
