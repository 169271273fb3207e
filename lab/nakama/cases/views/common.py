"""What the pages share: who may open them, how a row is found, how an act is tried."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from lab.nakama.cases import policies, states
from lab.nakama.cases.market import conditions_of
from lab.nakama.cases.models import Case, CaseParty, Invitation
from lab.nakama.cases.rules.summary import SIZES, size_class
from lab.nakama.cases.words import conditions_text
from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import found_or_404, trying
from portal.ui.forms import UiForm
from portal.ui.markup import era_date
from portal.ui.parts import Crumb, Row, Tab
from programs.selectors import ward_names

firm_only = hat_required(Hat.FIRM)
lab_only = hat_required(Hat.SUPPORT, roles={Role.LAB_STAFF})
WARD_ROLES = {Role.REVIEWER, Role.APPROVER, Role.WARD_ADMIN}
figures_readers = hat_required(
    Hat.WARD, Hat.POLICY, Hat.AUDITOR, Hat.SUPPORT,
    roles={*WARD_ROLES, Role.POLICY, Role.AUDITOR, Role.LAB_STAFF},
)  # fmt: skip


def seen_case(request: HttpRequest, public_id: object) -> Case:
    """A visible case; 404 otherwise."""
    return found_or_404(policies.get_case, request.actor, public_id=public_id)


def led_case(request: HttpRequest, public_id: object) -> Case:
    """A case that the firm leads; 404 otherwise."""
    return found_or_404(policies.get_led_case, request.actor, public_id=public_id)


def tried(
    request: HttpRequest, form: UiForm | None, act: Callable[..., Any], done: str, **kwargs: Any
) -> bool:
    """Do it; a refusal goes to the form (or above the page), so that what was typed stays."""
    with trying(request, form), noted(request, act.__name__):
        act(actor=request.actor, **kwargs)
        if done:
            messages.success(request, done)
        return True
    return False


@contextmanager
def noted(request: HttpRequest, act: str) -> Iterator[None]:
    """A refusal inside leaves an audit row that names the act, and goes on."""
    try:
        yield
    except TransitionRefused as refused:
        audit.record(
            actor=request.actor,
            action="cases.refused",
            ward_id=request.actor.ward_id,
            reason=str(refused),
            detail={"act": act},
        )
        raise


def crumbs(case: Case | None, here: str = "") -> list[Crumb]:
    """From the list to the case and on."""
    found = [Crumb(_("仲間まわしの案件"), reverse("cases:list"))]
    if case is not None and here:
        found.append(Crumb(name_of(case), reverse("cases:case", args=[case.public_id])))
    return [*found, Crumb(here or (name_of(case) if case else ""))]


def name_of(case: Case) -> str:
    """The title, or that there is none yet."""
    return case.title or _("名前のない下書き")


def tabs(request: HttpRequest, case: Case, here: str) -> list[Tab]:
    """The pages of a case that this firm may open."""
    held = policies.parts(request.actor, case.pk)
    leads, member = bool(held & policies.LEADS), CaseParty.Part.MEMBER in held
    pages = [("case", _("概要"), True)]
    if held or case.status == states.INVITING:
        pages.append(("drawings", _("図面"), True))
    pages += [
        ("steps", _("工程"), leads),
        ("team", _("チーム"), leads and case.status != states.DRAFT),
        ("waves", _("声かけ"), leads and case.status != states.DRAFT),
        ("orders", _("注文"), case.status in states.AWARDED and (leads or member)),
        ("board", _("進み具合"), case.status in states.AWARDED and (leads or member)),
        ("ratings", _("評価"), case.status == states.CLOSED and (leads or member)),
    ]
    return [
        Tab(label, reverse(f"cases:{name}", args=[case.public_id]), None, name == here)
        for name, label, shown in pages
        if shown
    ]


def size_words(size_mm: int | None) -> str:
    """The class in place of the measure."""
    if size_mm is None:
        return ""
    bound = size_class(size_mm)
    if bound is None:
        return _("%(mm)dmmを超える") % {"mm": SIZES[-1]}
    return _("%(mm)dmm以下") % {"mm": bound}


def public_rows(case: Case, *, exact: bool) -> list[Row]:
    """What everybody asked reads; the leads read the exact size."""
    rows = [
        Row(_("材質"), case.material or "—"),
        Row(
            _("大きさ"),
            (f"{case.size_mm:,}mm" if exact and case.size_mm else size_words(case.size_mm)) or "—",
        ),
        Row(_("数量"), _("%(n)s個") % {"n": f"{case.lot:,}"} if case.lot else "—"),
        Row(_("納期"), era_date(case.due_on) if case.due_on else "—"),
        Row(_("納品先"), ward_names().get(case.ward_id, "")),
    ]
    if case.tolerance_um:
        rows.insert(2, Row(_("一番厳しい公差"), f"±{case.tolerance_um / 1000:g}mm"))
    if case.certificates:
        rows.append(Row(_("必要な認証"), _("、").join(case.certificates)))
    if case.export_control:
        rows.append(Row(_("外為法"), _("輸出の確認が必要です")))
    return rows


def asked_rows(row: Invitation) -> list[Row]:
    """The case as the asked firm reads it, and which of its conditions concern the firm's step."""
    names = conditions_of(row.case, row.step.process_code)
    rows = public_rows(row.case, exact=False)
    return [*rows, Row(_("この工程に求める条件"), conditions_text(names))]
