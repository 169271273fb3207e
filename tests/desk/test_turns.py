"""マイページ: every state in which a firm has to act is told of, or it is said why not."""

import datetime as dt
import inspect

import pytest
from django.urls import reverse

from lab.booking.models import Reservation
from portal.accounts.roles import FIRM_ROLES
from portal.desk.turns import lab, subsidies, support
from portal.kernel import clock, transitions
from portal.kernel.database import acting
from subsidies.obligations.models import Obligation
from tests.desk.turns_table import BACK, BESIDE, NOT_TOLD, TOLD
from tests.factories import booking, exchange
from tests.factories import cases as case
from tests.factories import subsidies as make
from tests.support.people import client_of


def test_the_table_knows_every_state_in_which_a_firm_may_act():
    found = {
        (table.name, source)
        for table in transitions.TABLES.values()
        for move in table.transitions
        if move.open_to(FIRM_ROLES) and move.name not in BACK
        for source in move.sources
    }
    assert found - TOLD.keys() - NOT_TOLD.keys() == set()
    states = {
        (table.name, state.code) for table in transitions.TABLES.values() for state in table.states
    }
    assert TOLD.keys() | NOT_TOLD.keys() <= states
    assert TOLD.keys().isdisjoint(NOT_TOLD)


def test_a_state_without_its_row_is_found():
    """A table that gains a state in which the firm acts."""
    table = transitions.TransitionTable(
        name="test.turns",
        states=(transitions.State("asked", "依頼中"), transitions.State("answered", "回答済み")),
        transitions=(
            transitions.Transition("answer", ("asked",), "answered", FIRM_ROLES, "答える"),
        ),
    )
    try:
        with pytest.raises(AssertionError, match="asked"):
            test_the_table_knows_every_state_in_which_a_firm_may_act()
    finally:
        del transitions.TABLES[table.name]


def test_the_table_names_all_the_code_that_the_page_asks_and_no_other():
    own = {
        module: {each for each in vars(module).values() if is_own(each, module)}
        for module in (subsidies, support, lab)
    }
    own[subsidies].remove(subsidies.todos)
    assert {*TOLD.values(), *BESIDE.values()} == set().union(*own.values())
    assert {*lab.ROOMS.values()} == own[lab]
    assert {*support.ROOMS.values(), support.tried} == own[support]


def is_own(each, module):
    return inspect.isfunction(each) and each.__module__ == module.__name__


def told(actor):
    """(what, day, link) of what stands on the page."""
    page = client_of(actor).get(reverse("desk:my"))
    return [(todo.what, todo.until, todo.url) for todo in page.context["todos"]]


@pytest.mark.django_db
def test_a_trial_is_to_be_reported_until_it_is():
    room = booking.make_lab()
    machine = booking.make_machine(room)
    booking.fees(room, machine)
    owner = booking.owner(lab=room)
    row = booking.used(owner, machine)
    address = reverse("booking:trial", args=[row.public_id])
    until = clock.to_date(row.ends_at) + dt.timedelta(days=14)
    assert ("試用の結果を書く", until, address) in told(owner)
    with acting(booking.SYSTEM):
        Reservation.objects.filter(pk=row.pk).update(purpose="work")
    assert address not in {url for _what, _until, url in told(owner)}


@pytest.mark.django_db
def test_wishes_for_a_fair_are_due_until_one_is_made():
    fair = exchange.add_fair(exchange.staff_actor())
    seller, buyer = make.firm_actor(make.make_firm()), make.firm_actor(make.make_firm())
    exchange.join(seller, fair, "seller")
    address = reverse("exchange:wishes", args=[fair.public_id])
    assert address not in {url for _what, _until, url in told(seller)}, "nobody to choose from"
    other = exchange.join(buyer, fair, "buyer")
    assert ("商談会で会いたい企業を選ぶ", fair.closes_on, address) in told(seller)
    with acting(seller):
        exchange.services.wishes_save(actor=seller, fair_id=fair.pk, others=[other.pk])
    assert address not in {url for _what, _until, url in told(seller)}


@pytest.mark.django_db
def test_a_case_stands_there_with_its_day():
    owner = case.buyer()
    row = case.drafted(owner)
    link = reverse("cases:case", args=[row.public_id])
    assert ("下書きの案件を出す", row.due_on, link) in told(owner)


@pytest.mark.django_db
def test_a_report_after_the_payment_is_told_once_its_year_has_begun():
    grant = make.make_grant()
    actor = make.owner_of(grant)
    today = clock.today()
    for number, due in ((1, today - dt.timedelta(days=1)), (2, today + dt.timedelta(days=800))):
        Obligation.objects.create(
            grant=grant,
            ward_id=grant.ward_id,
            firm_id=grant.firm_id,
            kind=Obligation.Kind.EFFECT_REPORT,
            number=number,
            due_on=due,
            firm_name="企業",
            receipt_no=grant.receipt_no,
        )
    found = [row for row in told(actor) if "効果報告" in row[0]]
    link = reverse("grants:grant", args=[grant.application.public_id])
    assert found == [("「効果報告」を提出する", today - dt.timedelta(days=1), link)]
