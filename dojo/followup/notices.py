"""What officials are told of a report, and the firm of what became of it, each in their own language."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dojo.followup.models import Investment
from dojo.states import PLANNERS
from dojo.topics import INVESTMENT, INVESTMENT_BACK
from portal.accounts.selectors import people_with_role
from portal.kernel import clock
from portal.kernel.texts import filled
from portal.notices.services import notify
from programs.models import FirmMembership

# Officials may do without the mail; the report waits on their page.
REPORTED = "followup.reported"


def reported(row: Investment) -> None:
    """A report has come, or come back: to those in the ward who decide on it."""
    values = {"firm": row.firm_name, "what": row.what}
    notify(
        event_key=f"followup.{row.pk}.reported.{row.revision}",
        recipients=people_with_role(row.ward_id, PLANNERS, clock.today()).values_list(
            "pk", flat=True
        ),
        subject=filled(_("投資の報告が届きました（%(firm)s）"), **values),
        body=filled(_("「%(what)s」の書類を確かめて、受理するか差し戻してください。"), **values),
        url=reverse("followup:review", args=[row.public_id]),
        topic=REPORTED,
    )


def accepted(row: Investment) -> None:
    """受理."""
    _tell(
        row, _("投資の報告を受理しました"), _("「%(what)s」の報告を区が受理しました。"), INVESTMENT
    )


def returned(row: Investment) -> None:
    """差戻し, or the acceptance taken back."""
    _tell(
        row,
        _("投資の報告を直してください"),
        _(
            "「%(what)s」の報告が差し戻されました。直して、もう一度報告してください。理由：%(reason)s"
        ),
        INVESTMENT_BACK,
    )


def _tell(row: Investment, subject: object, body: object, topic: str) -> None:
    values = {"what": row.what, "reason": row.reason}
    notify(
        event_key=f"followup.{row.pk}.{row.status}.{row.revision}",
        recipients=_people(row),
        subject=filled(subject, **values),
        body=filled(body, **values),
        url=reverse("followup:investment", args=[row.public_id]),
        topic=topic,
    )


def _people(row: Investment) -> list[int]:
    """Whoever reported, as long as they belong to the firm; else all its people."""
    rows = FirmMembership.objects.filter(firm_id=row.firm_id, valid_to=None, user__is_active=True)
    members = list(rows.values_list("user_id", flat=True))
    return [row.reported_by_id] if row.reported_by_id in members else members
