"""What the stories after the decision share: filing as the firm, settling as the ward."""

from portal.accounts.roles import Role
from portal.kernel.database import acting
from subsidies.grants import services
from subsidies.grants.models import Filing
from subsidies.models import Call
from tests.factories import subsidies as make


def begun(grant, kind, actor=None, **content):
    """A draft of the firm."""
    firm = actor or make.owner_of(grant)
    with acting(firm):
        filing = services.filing_begin(actor=firm, grant_id=grant.pk, kind=kind)
        services.filing_save(actor=firm, filing_id=filing.pk, content=content)
        return Filing.objects.get(pk=filing.pk)


def filed(grant, kind, actor=None, **content):
    """A submitted filing of the firm."""
    firm = actor or make.owner_of(grant)
    filing = begun(grant, kind, firm, **content)
    with acting(firm):
        services.filing_submit(actor=firm, filing_id=filing.pk)
        return Filing.objects.get(pk=filing.pk)


def proposed(filing, outcome="approve", reason="やむを得ないと認められる。", **more):
    """起案 by a reviewer of the ward."""
    reviewer = make.official_actor(filing.ward_id)
    with acting(reviewer):
        return services.filing_propose(
            actor=reviewer, filing_id=filing.pk, outcome=outcome, reason=reason, **more
        )


def approved(ruling):
    """決裁 by an approver of the ward."""
    approver = make.official_actor(ruling.ward_id, Role.APPROVER)
    with acting(approver):
        return services.ruling_approve(
            actor=approver, ruling_id=ruling.pk, seen=ruling.prepared_at.isoformat()
        )


def columns(grant):
    """(committed, decided, final, paid) of the grant's call, in yen."""
    call = Call.objects.get(pk=grant.call_id)
    return call.committed_yen, call.decided_yen, call.final_yen, call.paid_yen
