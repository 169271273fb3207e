"""Every state × action × role of the table, on real rows in the real database."""

import pytest

from portal.accounts.roles import Role
from portal.kernel import transitions
from portal.kernel.actor import Actor, Hat
from subsidies import services, states
from subsidies.models import Application, Decision
from tests.factories import subsidies as make

CELLS = transitions.matrix(states.APPLICATION, list(Role))
GUARDED = {"finish_check", "grant", "refuse"}


def actor_of(role: str, people: dict[bool, int], firm_id: int) -> Actor:
    from portal.accounts.roles import HAT_OF

    hat = HAT_OF[Role(role)]
    return Actor(
        people[hat == Hat.FIRM],
        "だれか",
        hat,
        frozenset({role}),
        ward_id=make.SUMIDA if hat in {Hat.WARD, Hat.REVIEW} else None,
        firm_id=firm_id if hat == Hat.FIRM else None,
    )


def test_the_matrix_is_whole():
    assert len(CELLS) == len(states.APPLICATION.states) * len(states.APPLICATION.transitions) * len(
        Role
    )
    allowed = {(cell.status, cell.action, cell.role) for cell in CELLS if cell.refusal is None}
    assert ("submitted", "withdraw", "firm_owner") in allowed
    assert ("reviewing", "grant", "approver") not in allowed
    assert not {cell for cell in allowed if cell[2] in {"auditor", "policy", "sysadmin", "advisor"}}


@pytest.mark.django_db
def test_every_cell(django_user_model):
    """One row is put into each state, each action is tried by each role, then all is undone."""
    from django.db import transaction

    application = make.make_proposed()
    # Nobody decides in the own firm's cause: the official is another person.
    people = {
        True: make.firm_actor(application.firm).user_id,
        False: make.official_actor().user_id,
    }
    done = 0
    for cell in CELLS:
        with transaction.atomic():
            Application.objects.filter(pk=application.pk)._update(
                [(Application._meta.get_field("status"), None, cell.status)]
            )
            row = Application.objects.get(pk=application.pk)
            caught = None
            try:
                with transaction.atomic():
                    transitions.apply(
                        table=states.APPLICATION,
                        instance=row,
                        action=cell.action,
                        actor=actor_of(cell.role, people, application.firm_id),
                        reason="理由",
                        payload={"application_id": row.pk},
                    )
            except transitions.TransitionRefused as error:
                caught = type(error)
            assert caught is cell.refusal, cell
            found = Application.objects.get(pk=application.pk).status
            target = states.APPLICATION.transition(cell.action).target
            assert found == (cell.status if caught else target), cell
            done += 1
            transaction.set_rollback(True)
    assert done == len(CELLS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(GUARDED))
def test_guards_are_registered_and_asked(name):
    assert services  # registers them
    reviewer = make.official_actor(make.SUMIDA, Role.REVIEWER, Role.APPROVER)
    application = (
        make.make_submitted() if name == "finish_check" else (make.make_proposed(reviewer=reviewer))
    )
    assert states.APPLICATION.refusal(application, name, reviewer)
    if name != "finish_check":
        assert Decision.objects.get(application=application).prepared_by_id == reviewer.user_id


@pytest.mark.django_db
def test_a_reason_is_asked_where_the_table_says_so():
    application = make.make_submitted()
    actor = make.firm_actor(application.firm)
    with pytest.raises(transitions.ReasonMissing):
        transitions.apply(
            table=states.APPLICATION, instance=application, action="withdraw", actor=actor
        )
