"""What people are told of a sheet, in their own language."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dojo.topics import SHEETS
from dojo.worksheets import seats
from dojo.worksheets.models import Remark, Worksheet, WorksheetVersion
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import filled
from portal.notices.services import notify


def handed_in(actor: Actor, row: Worksheet, version: WorksheetVersion) -> None:
    """To the cohort's lecturers."""
    with acting(actor.elevated()):
        assert row.enrolment is not None
        notify(
            event_key=f"worksheets.{row.pk}.handed_in.{version.number}",
            recipients=seats.lecturers_of(row.enrolment),
            subject=filled(_("ワークシートが提出されました（%(firm)s）"), firm=row.firm_name),
            body=_("読んで、講評を返してください。"),
            url=reverse("worksheets:read", args=[row.public_id]),
            topic="worksheets.handed_in",
        )


def remarked(row: Worksheet, remark: Remark) -> None:
    """To whoever wrote the sheet."""
    _tell(row, f"remark.{remark.pk}", _("ワークシートにコメントが付きました"), remark)


def marked(row: Worksheet, remark: Remark) -> None:
    """Likewise."""
    _tell(row, f"remark.{remark.pk}", _("ワークシートの講評が届きました"), remark)


def returned(row: Worksheet, remark: Remark) -> None:
    """Likewise."""
    _tell(row, f"remark.{remark.pk}", _("ワークシートをもう一度考えてください"), remark)


def _tell(row: Worksheet, what: str, subject: Any, remark: Remark) -> None:
    notify(
        event_key=f"worksheets.{row.pk}.{what}",
        recipients=[row.person_id],
        subject=subject,
        body=filled(
            _("%(name)sさんからのコメントです。ワークシートを開いて読んでください。"),
            name=remark.author_name,
        ),
        url=reverse("worksheets:sheet", args=[row.public_id]),
        topic=SHEETS,
    )
