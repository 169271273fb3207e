"""What the pages share: who may open them, how a row is found, how an act is tried."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from advisors.policies import OFFICE_ROLES
from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import trying
from portal.ui.forms import UiForm

firm_only = hat_required(Hat.FIRM)
advisor_only = hat_required(Hat.SUPPORT, roles={Role.ADVISOR})
office_only = hat_required(Hat.WARD, roles=set(OFFICE_ROLES))
handlers_only = hat_required(Hat.WARD, roles={Role.REVIEWER})
keepers_only = hat_required(Hat.WARD, roles={Role.REVIEWER, Role.WARD_ADMIN})
office_or_auditor = hat_required(Hat.WARD, Hat.AUDITOR, roles={*OFFICE_ROLES, Role.AUDITOR})
figures_readers = hat_required(
    Hat.WARD, Hat.AUDITOR, Hat.POLICY, roles={*OFFICE_ROLES, Role.AUDITOR, Role.POLICY}
)


def tried(
    request: HttpRequest, form: UiForm | None, act: Callable[..., Any], done: str, **kwargs: Any
) -> bool:
    """Do it; a refusal goes to the form (or above the page), so that what was typed stays."""
    about = {name: value for name, value in kwargs.items() if name.endswith("_id")}
    with trying(request, form), noted(request, act.__name__.lstrip("_"), **about):
        act(actor=request.actor, **kwargs)
        messages.success(request, done)
        return True
    return False


@contextmanager
def noted(request: HttpRequest, act: str, **about: Any) -> Iterator[None]:
    """A refusal inside leaves an audit row that names the act and its rows, and goes on."""
    try:
        yield
    except TransitionRefused as refused:
        audit.record(
            actor=request.actor,
            action="advisors.refused",
            reason=str(refused),
            detail={"act": act, **about},
        )
        raise


def looked(request: HttpRequest, action: str, obj: Any = None) -> None:
    """A look at a firm's troubles or at a person's entry leaves an audit row.

    An official writes to the own ward's chain, whosever row it is about.
    """
    audit.record(actor=request.actor, action=action, obj=obj, ward_id=request.actor.ward_id)
