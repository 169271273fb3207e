"""What the firm's pages share: who may open them and which application they are about."""

from django.http import Http404, HttpRequest

from portal.accounts.access import hat_required
from portal.kernel import clock
from portal.kernel.actor import Hat
from subsidies import policies
from subsidies.contents import content_of, rules_of
from subsidies.models import Application
from subsidies.rules.form import Content
from subsidies.rules.scheme import SchemeRules
from subsidies.services.drafts import follow_call

firm_only = hat_required(Hat.FIRM)


def firm_application(request: HttpRequest, public_id: object) -> Application:
    """The firm's application of that id, a draft on its call's newest rules; 404 otherwise."""
    try:
        application = policies.get_application(request.actor, public_id=public_id)
    except Application.DoesNotExist as missing:
        raise Http404 from missing
    follow_call(application)
    return application


def rules_and_content(application: Application) -> tuple[SchemeRules, Content]:
    """The rules and what has been entered, for the pure functions of `subsidies.rules`."""
    return rules_of(application.version), content_of(application, today=clock.today())


def revision_of(request: HttpRequest) -> int | None:
    """The revision the page was filled from, None when it does not say."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
