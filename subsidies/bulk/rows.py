"""What the page of a run shows of each item: who, which case or letter, and what happens to it."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.markup import era_date, yen_text
from subsidies import states
from subsidies.bulk.models import BulkItem, BulkRun
from subsidies.models import Decision
from subsidies.selectors.names import scheme_label

Kind = BulkRun.Kind

# The heading of the column that differs from kind to kind.
COLUMNS = {
    Kind.ASSIGN: _("担当"),
    Kind.FINISH_CHECK: _("状態"),
    Kind.PROPOSE: _("決定の案"),
    Kind.APPROVE: _("決定"),
    Kind.PRINT: _("決定"),
    Kind.PAY: _("支払額"),
    Kind.LETTERS: _("文書番号・発行日"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    number: str
    url: str
    subject: str
    what: str
    reason: str


def items_of(run: BulkRun, outcome: str = "") -> QuerySet[BulkItem]:
    """The items of a run, of one outcome or all, in their order."""
    rows = run.items.filter(outcome=outcome) if outcome else run.items.all()
    return rows.select_related("application__decision", "letter").order_by("position")


def row_of(kind: str, item: BulkItem) -> Row:
    """The line of one item."""
    if (letter := item.letter) is not None:
        return Row(
            name=letter.data.get("addressee_name") or letter.case_no,
            number=letter.case_no,
            url=reverse("bulk:letter", args=[letter.pk]),
            subject=letter.data.get("title", ""),
            what=" ".join([letter.document_no, str(era_date(letter.issued_on))]).strip(),
            reason=item.reason,
        )
    application = item.application
    assert application is not None
    return Row(
        name=application.firm_name,
        number=application.receipt_no or "",
        url=reverse("subsidies:application", args=[application.receipt_no]),
        subject=scheme_label(application.scheme_name),
        what=_what(kind, item),
        reason=item.reason,
    )


def _what(kind: str, item: BulkItem) -> str:
    match kind:
        case Kind.ASSIGN:
            nobody = gettext("未割当")
            return f"{item.plan['from'] or nobody} → {item.plan['to'] or nobody}"
        case Kind.FINISH_CHECK:
            assert item.application is not None
            return str(states.APPLICATION.state(item.application.status).label)
        case Kind.PAY:
            return yen_text(item.plan["amount_yen"])
    return _decided(item)


def _decided(item: BulkItem) -> str:
    """交付・不交付 and the amount: as planned, otherwise as proposed or decided."""
    decision = getattr(item.application, "decision", None)
    code = item.plan.get("outcome") or (decision.outcome if decision else "")
    if not code:
        return ""
    yen = item.plan.get("amount_yen") if item.plan else decision and decision.amount_yen
    label = str(Decision.Outcome(code).label)
    return f"{label} {yen_text(yen)}" if yen else label
