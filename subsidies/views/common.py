"""What the pages share: who may open them and which application the firm's are about."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.access import hat_required
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.acts import found_or_404
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from subsidies import policies, states
from subsidies.answers import Figure, shown_figure
from subsidies.contents import content_of, rules_of
from subsidies.models import Application
from subsidies.rules import figures
from subsidies.rules.form import Content, for_content
from subsidies.rules.scheme import SchemeRules
from subsidies.services import figures_confirm
from subsidies.services.drafts import follow_call

firm_only = hat_required(Hat.FIRM)
ward_only = hat_required(Hat.WARD)


def firm_application(request: HttpRequest, public_id: object) -> Application:
    """The firm's application of that id, a draft on its call's newest rules; 404 otherwise."""
    application = found_or_404(policies.get_application, request.actor, public_id=public_id)
    follow_call(application)
    return application


def form_crumbs(application: Application, here: str) -> list[Crumb]:
    """A page of the form stands below the task list, in a correction below what the ward asked."""
    above = (
        Crumb(_("補正の依頼"), reverse("subsidies:correction", args=[application.public_id]))
        if application.status == states.CORRECTION
        else Crumb(_("申請の準備"), reverse("subsidies:task_list", args=[application.public_id]))
    )
    return [above, Crumb(here)]


def rules_and_content(application: Application) -> tuple[SchemeRules, Content]:
    """The rules as they apply to what has been entered, and that, for `subsidies.rules`."""
    content = content_of(application, today=clock.today())
    return for_content(rules_of(application.version), content), content


def confirm_figures(request: HttpRequest, application: Application) -> None:
    """Keep the ticks of 「数字の確認」. Raises Refused."""
    if said := request.POST.getlist("sure"):
        figures_confirm(actor=request.actor, application_id=application.pk, said=set(said))


def shown_doubts(rules: SchemeRules, content: Content, task: str) -> list[tuple[Figure, str]]:
    """The figures of a task that have to be confirmed, each with the reason in words."""
    return [
        (shown_figure(rules, doubt), figures.text_of(doubt))
        for doubt in content.doubts
        if doubt.task == task
        # Not of a question that other answers have taken off the form.
        and (doubt.anchor == figures.BUDGET or rules.question(doubt.anchor.partition(".")[2]))
    ]


def revision_of(request: HttpRequest) -> int | None:
    """The revision the page was filled from, None when it does not say."""
    return posted_number(request.POST.get("revision", ""))
