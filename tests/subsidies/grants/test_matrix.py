"""Every state × action × role of the tables after the decision, on real rows."""

import pytest
from django.db import transaction

from portal.accounts.roles import HAT_OF, Role
from portal.kernel import transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from subsidies import grant_states
from subsidies.grants import services, states
from tests.factories import subsidies as make
from tests.subsidies.grants.people import filed, proposed

pytestmark = pytest.mark.django_db

CANCEL = {"why": "倒産。", "state": "発注前。"}


def rows():
    """One row per table, each as far as it comes by itself."""
    grant = make.make_grant()
    filing = filed(grant, "withdrawal", why="生産終了。")
    ruling = proposed(filed(grant, "cancellation", **CANCEL))
    official = make.official_actor(grant.ward_id)
    day = make.clock.today() + make.dt.timedelta(days=3)
    with acting(official):
        request = services.progress_request(
            actor=official, grant_id=grant.pk, question="進み具合", due_on=day
        )
        visit = services.visit_plan(
            actor=official, grant_id=grant.pk, planned_on=day, visitors="山田", purpose="設置"
        )
    return {
        "subsidies.grant": grant,
        "grants.filing": filing,
        "grants.ruling": ruling,
        "grants.progressrequest": request,
        "grants.sitevisit": visit,
    }


TABLES = {
    "subsidies.grant": grant_states.GRANT,
    "grants.filing": states.FILING,
    "grants.ruling": states.RULING,
    "grants.progressrequest": states.REQUEST,
    "grants.sitevisit": states.VISIT,
}


def actor_of(role, people, grant):
    hat = HAT_OF[Role(role)]
    return Actor(
        people[hat == Hat.FIRM],
        "だれか",
        hat,
        frozenset({role}),
        ward_id=grant.ward_id if hat in {Hat.WARD, Hat.REVIEW} else None,
        firm_id=grant.firm_id if hat == Hat.FIRM else None,
    )


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_cell(name):
    """The row is put into each state, each action tried by each role, then all is undone."""
    table, built = TABLES[name], rows()
    row, grant = built[name], built["subsidies.grant"]
    people = {
        True: make.owner_of(grant).user_id,
        False: make.official_actor(grant.ward_id).user_id,
    }
    approver = make.official_actor(grant.ward_id, Role.APPROVER)
    model = type(row)
    done = 0
    for cell in transitions.matrix(table, list(Role)):
        if cell.role == transitions.SYSTEM_ROLE:
            continue
        move = table.transition(cell.action)
        with transaction.atomic():
            # No move leads out of a terminal state: there the refusal comes before the row is asked.
            if not table.state(cell.status).terminal:
                field = model._meta.get_field("status")
                model.objects.filter(pk=row.pk)._update([(field, None, cell.status)])
            fresh = model.objects.get(pk=row.pk)
            fresh.status = cell.status
            caught = None
            try:
                with transaction.atomic():
                    transitions.apply(
                        table=table,
                        instance=fresh,
                        action=cell.action,
                        actor=actor_of(cell.role, people, grant),
                        reason="理由",
                        payload={},
                        fields=fields_of(name, move, approver),
                    )
            except transitions.TransitionRefused as error:
                caught = type(error)
            allowed = cell.refusal is None
            if not (allowed and move.guard == "no_open_obligations"):
                assert caught is cell.refusal, cell
            found = model.objects.get(pk=row.pk).status
            if allowed and caught is None:
                assert found == move.target, cell
            done += 1
            transaction.set_rollback(True)
    assert done


def fields_of(name, move, approver):
    """Columns that a CHECK wants together with the new state."""
    if name == "grants.ruling" and move.target == states.RULED:
        return {
            "document_no": "試第1号",
            "ruled_on": make.clock.today(),
            "approved_by_id": approver.user_id,
        }
    return {}
