"""What happened to a grant, in words: the page of the grant and the papers of its rulings say the same."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.models import AuditRow
from portal.kernel.transitions import TABLES
from portal.ui.parts import Entry
from subsidies.grants import kinds
from subsidies.grants.kinds import rulings

# Acts that move no state; what is not here is no part of a grant's history.
ACTS = {
    "grants.ruling.propose": gettext_lazy("起案した"),
    "grants.ruling_denied": gettext_lazy("決裁しようとして断られた"),
    "grants.progress_requested": gettext_lazy("遂行状況の報告を求めた"),
    "grants.visit_planned": gettext_lazy("現地調査を予定した"),
    "grants.hearing_asked": gettext_lazy("弁明の機会を設けた"),
    "grants.recovery_paid": gettext_lazy("返納を記録した"),
    "grants.advance_paid": gettext_lazy("概算払の支払を記録した"),
    "grants.recovery_charged": gettext_lazy("違約加算金・延滞金の額が決まった"),
    # What a ward brings along from before the portal has no acts of its own.
    "subsidies.grant_history_loaded": gettext_lazy(
        "ここまでの届出・決裁・支払を、過去の記録から読み込んだ"
    ),
}


def acts(rows: Iterable[AuditRow]) -> Iterator[Entry]:
    """The history in words: what, on which filing or ruling, who, why."""
    for row in rows:
        if said := words(row):
            subject = row.detail.get("kind", "")
            name = kinds.names().get(subject) or rulings.names().get(subject, "")
            yield Entry(
                at=row.at,
                text=_("%(subject)s：%(act)s") % {"subject": name, "act": said} if name else said,
                who=row.actor_name,
                note=row.reason,
            )


def words(row: AuditRow) -> str:
    """A transition by its button's text and where it led; other acts by their list."""
    if row.action in ACTS:
        return str(ACTS[row.action])
    table_name, _dot, name = row.action.rpartition(".")
    table = TABLES.get(table_name)
    if table is None:
        return ""
    values = {"action": table.transition(name).label, "state": table.state(row.to_state).label}
    return _("%(action)s（%(state)s）") % values
