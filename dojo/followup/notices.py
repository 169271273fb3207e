"""What a firm is told of its report, in its people's own language."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dojo.followup.models import Investment
from portal.kernel.texts import filled
from portal.notices.services import notify


def accepted(row: Investment) -> None:
    """受理."""
    _tell(row, _("投資の報告を受理しました"), _("「%(what)s」の報告を区が受理しました。"))


def returned(row: Investment) -> None:
    """差戻し, or the acceptance taken back."""
    _tell(
        row,
        _("投資の報告を直してください"),
        _(
            "「%(what)s」の報告が差し戻されました。直して、もう一度報告してください。理由：%(reason)s"
        ),
    )


def _tell(row: Investment, subject: object, body: object) -> None:
    values = {"what": row.what, "reason": row.reason}
    notify(
        event_key=f"followup.{row.pk}.{row.status}.{row.revision}",
        recipients=[row.reported_by_id],
        subject=filled(subject, **values),
        body=filled(body, **values),
        url=reverse("followup:investment", args=[row.public_id]),
    )
