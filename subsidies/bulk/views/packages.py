"""決裁資料 and 起案一式 to take away: of a decision, of a later ruling, of a payment. Each is recorded."""

import hashlib
import uuid
from collections.abc import Callable

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from portal.accounts.access import hat_required
from portal.kernel import audit
from portal.kernel.actor import Hat
from subsidies import packages
from subsidies.bulk import matter_papers, matters, papers, policies

readers = hat_required(Hat.WARD, Hat.AUDITOR)


@readers
@require_safe
def package(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """決裁資料 of one decision, proposed or approved."""
    case = policies.case_of(request.actor, receipt_no)
    decisions = papers.decisions_of(request.actor, [case.pk]) if case else []
    if case is None or not decisions:
        raise Http404
    name = papers.file_name(case.receipt_no or "")
    with override("ja"):
        content = papers.package_zip(decisions)
    return _taken(request, case, case.ward_id, content, name, what="decision")


@readers
@require_safe
def ruling_package(request: HttpRequest, ruling_id: int) -> HttpResponse:
    """起案一式 of one ruling after the decision, proposed or approved."""
    ruling = policies.ruling_of(request.actor, ruling_id)
    if ruling is None:
        raise Http404
    return _matter(request, ruling, lambda: matters.of_ruling(ruling), what=ruling.kind)


@readers
@require_safe
def payment_package(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """起案一式 of the payment of one claim, waiting or paid."""
    filing = policies.claim_of(request.actor, public_id)
    if filing is None:
        raise Http404
    payment = getattr(filing, "payment", None)
    return _matter(request, filing, lambda: matters.of_claim(filing, payment), what="payment")


def _matter(
    request: HttpRequest, obj: Model, make: Callable[[], matters.Matter], *, what: str
) -> HttpResponse:
    with override("ja"):
        matter = make()
        content = matter_papers.matter_zip(matter)
    name = matter_papers.file_name(matter)
    return _taken(request, obj, matter.grant.ward_id, content, name, what=what)


def _taken(
    request: HttpRequest, obj: Model, ward_id: int, content: bytes, name: str, *, what: str
) -> HttpResponse:
    """The package, and the row that says who took which away."""
    audit.record(
        actor=request.actor,
        action="bulk.package_taken",
        obj=obj,
        ward_id=ward_id,
        detail={"of": what, "sha256": hashlib.sha256(content).hexdigest()},
    )
    return packages.answer(content, name)
