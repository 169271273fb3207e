"""初めての仕事の上限: asked when a firm is chosen, lifted by the coordinator with a reason."""

from django.utils.translation import gettext as _

from lab.nakama.cases import policies, probation, states
from lab.nakama.cases.models import Case, FirstJobLift, Invitation
from lab.nakama.cases.rules import first_jobs
from lab.nakama.cases.services import notices
from lab.nakama.cases.services.errors import Refused
from lab.nakama.cases.services.parts import writing
from lab.nakama.cases.words import limit_texts
from portal.accounts.policies import person_id
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.texts import plain


def require(case: Case, row: Invitation, yen: int) -> None:
    """Raises Refused where the step at that price is too much for one of the firm's first jobs."""
    limits = probation.limits(case, yen)
    if limits and row.firm_id in probation.newcomers(case, {row.firm_id}):
        raise Refused(
            _(
                "%(firm)sは、数えられる実績がまだ%(n)d件になっていないため、%(limits)s頼めません。"
                "ほかの企業に決めるか、案件のページからラボに相談してください。"
            )
            % {
                "firm": row.firm_name,
                "n": first_jobs.JOBS,
                "limits": _("、").join(limit_texts(limits)),
            }
        )


def first_job_lift(*, actor: Actor, case_id: int, firm_id: int, reason: str) -> FirstJobLift:
    """上限を外す for one firm in this case, by the coordinator. Raises RoleMissing, Refused."""
    policies.require(policies.is_lab(actor))
    if not (reason := plain(reason, 300)):
        raise Refused(_("上限を外す理由を入力してください。監査記録に残ります。"))
    seen = policies.get_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        names = probation.held_back(case)
        if case.status not in states.ASKING:
            raise Refused(_("担当が決まった案件では、上限を外せません。"))
        if firm_id not in names:
            raise Refused(_("この企業に上限はありません。画面を開き直して選んでください。"))
        row = FirstJobLift.objects.create(
            case=case,
            firm_id=firm_id,
            firm_name=names[firm_id],
            reason=reason,
            lifted_by_id=person_id(actor),
        )
        audit.record(
            actor=actor,
            action="cases.first_job_lifted",
            obj=case,
            reason=reason,
            detail={"firm": firm_id, "limits": [str(limit) for limit in probation.limits(case)]},
        )
        notices.lifted(case, row.pk)
        return row
