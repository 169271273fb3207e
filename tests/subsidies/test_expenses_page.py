"""The page of the expenses saves what is typed by itself, however incomplete, row by row."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from tests.factories import subsidies as make
from tests.flows.story import press
from tests.support.people import sign_in

QUOTED = {**make.LINES[0], "description": "機械", "quotes": [{"vendor": "A社", "amount": "10"}]}


def row(number, place, **typed):
    return {f"{number}-{name}": value for name, value in {"place": place, **typed}.items()}


def test_an_emptied_row_leaves_the_quotes_with_their_own_lines(db, client):
    actor = make.firm_actor(make.make_firm())
    draft = make.make_draft(actor, make.make_call(), lines=[])
    with acting(actor):
        make.services.draft_save_expenses(
            actor=actor, application_id=draft.pk, lines=[{"description": "日報"}, QUOTED]
        )
    sign_in(client, User.objects.get(pk=actor.user_id))
    address = reverse("subsidies:budget_autosave", args=[draft.public_id])
    draft.refresh_from_db()
    rows = {"lines": 2, **row(1, 1, description="機械", unit_price="１０万")}
    saved = client.post(address, {"revision": draft.revision, **rows, **row(0, 0)}).json()
    assert (saved["0-place"], saved["1-place"]) == ("", 0)
    again = {**rows, **row(0, "", description="新しい"), "1-place": 0}
    saved = client.post(address, {"revision": saved["revision"], **again}).json()
    assert (saved["0-place"], saved["1-place"]) == (0, 1)
    draft.refresh_from_db()
    first, second = draft.expense_input
    assert (first["description"], first.get("quotes")) == ("新しい", None)
    assert (second["unit_price"], second["quotes"]) == ("１０万", QUOTED["quotes"])


def test_another_tab_s_lines_are_not_overwritten(db, client):
    actor = make.firm_actor(make.make_firm())
    draft = make.make_draft(actor, make.make_call())
    sign_in(client, User.objects.get(pk=actor.user_id))
    address = reverse("subsidies:budget_autosave", args=[draft.public_id])
    typed = {"revision": draft.revision, "lines": 1}
    assert client.post(address, {**typed, **row(0, 0, description="一つ目")}).status_code == 200
    answer = client.post(address, {**typed, **row(0, 0, description="二つ目")})
    assert (answer.status_code, bool(answer.json()["message"])) == (409, True)


def an_empty_draft():
    with acting(Actor.system("test")):
        actor, call = make.firm_actor(make.make_firm()), make.make_call()
    with acting(actor):
        return actor, make.make_draft(actor, call, lines=[])


@pytest.mark.slow
def test_what_is_typed_is_there_when_the_page_is_opened_again(transactional_db, signed_in):
    actor, draft = an_empty_draft()
    page = signed_in(actor.user_id, width=1280)
    page.goto(f"/apply/{draft.public_id}/budget/")
    second = page.get_by_role("group", name="2行目")
    second.get_by_label("内容（品名・型式）").fill("センサー　ＡＢ－１")
    second.get_by_label("単価（税抜・円）").fill("１２万？")
    expect(page.locator("[data-autosave-status]")).to_contain_text("に下書きを保存しました")
    # The next save builds on the one before; it is no other tab's.
    second.get_by_label("数量").fill("３")
    with page.expect_response(lambda answer: answer.url.endswith("/autosave/")) as saved:
        page.get_by_role("group", name="3行目").get_by_label("内容（品名・型式）").fill("台")
    assert saved.value.status == 200
    again = page.context.new_page()
    page.close()
    again.goto(f"/apply/{draft.public_id}/budget/")
    first = again.get_by_role("group", name="1行目")
    expect(first.get_by_label("内容（品名・型式）")).to_have_value("センサー　ＡＢ－１")
    expect(first.get_by_label("単価（税抜・円）")).to_have_value("１２万？")
    expect(first.get_by_label("数量")).to_have_value("３")
    # A removed row stays away, though what was typed outlives an expired session.
    press(again, "この行を消す", within=first)
    expect(again.get_by_label("内容（品名・型式）")).to_have_value("台")


@pytest.mark.slow
def test_a_button_pressed_while_the_page_saves_is_no_other_tab(transactional_db, signed_in):
    actor, draft = an_empty_draft()
    page = signed_in(actor.user_id, width=1280)
    held = []

    def hold(route):
        held.append(route)

    page.route("**/budget/autosave/", hold)
    page.goto(f"/apply/{draft.public_id}/budget/")
    with page.expect_request("**/budget/autosave/"):
        page.get_by_role("group", name="1行目").get_by_label("内容（品名・型式）").fill("台")
    page.get_by_role("button", name="保存してあとで続ける").click()
    with page.expect_navigation():
        held[0].continue_()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("経費")
    with acting(actor):
        draft.refresh_from_db()
    assert [line["description"] for line in draft.expense_input] == ["台"]
