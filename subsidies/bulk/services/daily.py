"""担当割当 and 書類確認の完了 over many: why an application is left out of either."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from subsidies import states
from subsidies.bulk.services.drafts import Draft
from subsidies.checks import unchecked
from subsidies.models import Application


def assignments(rows: Sequence[Application], assignee_id: int | None, name: str) -> list[Draft]:
    """Put all under one person, or under nobody; the plan says from whom to whom."""
    return [
        Draft(
            row,
            reason=_not_assignable(row, assignee_id),
            plan={"from": row.assignee_name, "to": name},
        )
        for row in rows
    ]


def finished_checks(rows: Sequence[Application]) -> list[Draft]:
    """Finish the document check of all whose list is complete."""
    return [
        Draft(row, reason=_not_checked(row), seen=str(_last_number(row)))
        if row.status in {states.SUBMITTED, states.CHECKING}
        else Draft(
            row, reason=_("書類確認中ではありません（%(state)s）。") % {"state": _state(row)}
        )
        for row in rows
    ]


def _not_assignable(row: Application, assignee_id: int | None) -> str:
    if row.status not in states.OPEN:
        return _("処理の終わった申請です（%(state)s）。") % {"state": _state(row)}
    if row.assignee_id == assignee_id:
        return _("すでにこの担当です。")
    return ""


def _not_checked(row: Application) -> str:
    left = unchecked(row)
    if not left:
        return ""
    names = _("、").join(str(item.name) for item in left)
    return _("書類点検が終わっていない項目があります：%(items)s") % {"items": names}


def _last_number(row: Application) -> int:
    numbers = row.versions.order_by("-number").values_list("number", flat=True)
    return int(numbers[0])


def _state(row: Application) -> str:
    return str(states.APPLICATION.state(row.status).label)
