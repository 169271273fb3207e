"""An auditor looked at a case: written down with the purpose."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from portal.auditing.errors import Refused
from portal.auditing.policies import is_auditor
from portal.kernel import audit
from portal.kernel.actor import Actor
from subsidies.models import Application


def case_seen(*, actor: Actor, case: Application, purpose: str) -> None:
    """One row in the chain of the case's ward. Raises PermissionDenied, Refused without a purpose."""
    if not is_auditor(actor):
        raise PermissionDenied
    if not purpose.strip():
        raise Refused(_("監査の目的を入力してください。"))
    audit.record(actor=actor, action="auditing.case_viewed", obj=case, reason=purpose.strip())
