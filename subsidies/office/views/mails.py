"""企業に届くメールの見本: a revision's texts, filled from a real case of the ward."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from portal.kernel import audit, clock
from portal.notices.services import mail_footer, mail_subject
from portal.ui.parts import Crumb
from subsidies import mails
from subsidies.models import Application
from subsidies.office.views.common import (
    crumbs,
    own_revision,
    readers,
    revision_crumb,
    scheme_crumb,
)
from subsidies.policies import visible_applications
from subsidies.rules.mails import EVENTS, Event, fill
from subsidies.states import DRAFT

NEWEST = 20


@readers
@require_safe
def preview(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Subject and body of every text as this case's firm would get them. Looking is recorded."""
    revision = own_revision(request, revision_id)
    cases = _cases(request, revision.scheme_id)
    wanted = request.GET.get("case", "")
    case = next((row for row in cases if row.receipt_no == wanted), cases[0] if cases else None)
    if case is not None:
        audit.record(
            actor=request.actor,
            action="office.mail_previewed",
            obj=case,
            detail={"revision": revision.pk},
        )
    own = revision.rules.get("mails") or {}
    context = {
        "revision": revision,
        "cases": cases,
        "case": case,
        "texts": [
            _filled(event, own[code], case)
            for code, event in EVENTS.items()
            if case and code in own
        ],
        "usual": [event.name for code, event in EVENTS.items() if code not in own],
        "breadcrumb": crumbs(
            scheme_crumb(revision.scheme), revision_crumb(revision), Crumb(_("メールの見本"))
        ),
    }
    return TemplateResponse(request, "office/mails.html", context)


def _cases(request: HttpRequest, scheme_id: int) -> list[Application]:
    """The newest submitted cases of the scheme; of the ward where the scheme has none yet."""
    rows = (
        visible_applications(request.actor)
        .exclude(status=DRAFT)
        .select_related("call", "decision")
        .order_by("-pk")
    )
    own = rows.filter(version__scheme_id=scheme_id)
    return list(own[:NEWEST]) or list(rows[:NEWEST])


def _filled(event: Event, text: dict[str, Any], case: Application) -> dict[str, Any]:
    found = mails.sample(case, clock.today())
    values = mails.values_of(case, **{name: found[name] for name in event.more})
    optional = bool(text.get("optional")) and not event.is_needed
    with override("ja"):
        body = fill(text.get("body", ""), values)
        body += f"\n\n{settings.SITE_URL}/apply/{case.public_id}/status/"
        if optional:
            body += "\n\n" + mail_footer(f"{settings.SITE_URL}/notices/unsubscribe/…/")
        subject = mail_subject(fill(text.get("subject", ""), values))
    return {"event": event, "subject": subject, "body": body, "optional": optional}
