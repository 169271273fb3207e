"""Who may open the pages; what is refused is told on the page and in the audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from kpi.releases import policies, states
from kpi.releases.models import Release
from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import State, TransitionRefused
from portal.ui.acts import trying

staff_only = hat_required(*policies.STAFF)
makers = hat_required(Hat.POLICY, roles={Role.POLICY})
PUBLIC = State("public", gettext_lazy("公表中"), tone="green")
EMBARGO = State("embargo", gettext_lazy("公表待ち"), tone="blue")


def state_of(row: Release) -> State:
    """Public and embargo are hours, not states."""
    if row.status != states.APPROVED or row.public_from is None:
        return states.RELEASE.state(row.status)
    return PUBLIC if row.public_from <= clock.now() else EMBARGO


@contextmanager
def told(request: HttpRequest, form: Any, act: str, row: Release | None = None) -> Iterator[None]:
    """`acts.trying` with an audit row of the refusal."""
    with trying(request, form):
        try:
            yield
        except TransitionRefused as refused:
            audit.record(
                actor=request.actor,
                action="releases.refused",
                obj=row,
                reason=str(refused)[:200],
                detail={"act": act},
            )
            raise
