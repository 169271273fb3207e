"""投資の報告: by the firm with its evidence, accepted or returned by the ward, taken back by either."""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dojo.followup import notices, policies, states
from dojo.followup.models import Investment
from dojo.models import Graduation
from dojo.services import causes
from dojo.services.errors import Refused
from portal.accounts.policies import person_id
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files.models import StoredFile
from portal.kernel.files.rules import EVIDENCE
from portal.kernel.transitions import RoleMissing
from portal.ui.markup import era_date

PURPOSE = "followup_evidence"
# A typing error more often than an investment of a small factory: 10億円.
MOST_YEN = 1_000_000_000
MOST_REPORTS = 30


@dataclass(frozen=True, slots=True)
class Figures:
    """What a firm reports. `amount_yen` 税抜; `invested_on` the day of order or contract."""

    source: str
    kind: str
    what: str
    invested_on: dt.date
    amount_yen: int
    funder: str = ""


def investment_report(
    *, actor: Actor, figures: Figures, uploaded: UploadedFile | None
) -> Investment:
    """Report with evidence.

    Raises RoleMissing, Refused (no graduate, a day to come or before the graduation, no amount, no
    evidence, reported before, too many), UploadRefused.
    """
    graduation = _graduation(actor)
    _check(figures, graduation)
    if policies.visible_investments(actor).count() >= MOST_REPORTS:
        text = ngettext(
            "報告は%(n)d件までです。区の窓口に相談してください。",
            "報告は%(n)d件までです。区の窓口に相談してください。",
            MOST_REPORTS,
        )
        raise Refused(text % {"n": MOST_REPORTS})
    if uploaded is None:
        raise Refused(_("証拠の書類（請求書・注文書・契約書など）を付けてください。"))
    _once(figures, graduation.firm_id)
    stored = _store(actor, graduation, uploaded)
    try:
        with transaction.atomic(), acting(actor.elevated()):
            row = Investment.objects.create(
                graduation=graduation,
                ward_id=graduation.ward_id,
                firm_id=graduation.firm_id,
                firm_name=graduation.enrolment.firm_name,
                evidence=stored,
                reported_by_id=person_id(actor),
                **_columns(figures),
            )
            audit.record(
                actor=actor, action="followup.investment_reported", obj=row, detail=_told(row)
            )
            notices.reported(row)
    except IntegrityError as twice:
        raise _twice(twice) from twice
    return row


def investment_correct(
    *, actor: Actor, investment_id: int, figures: Figures, uploaded: UploadedFile | None = None
) -> Investment:
    """Report a returned one anew; without a file the evidence stays. Raises as above, StaleState."""
    seen = policies.get_investment(actor, pk=investment_id)
    _require_firm(actor)
    graduation = Graduation.objects.select_related("enrolment").get(pk=seen.graduation_id)
    _check(figures, graduation)
    _once(figures, seen.firm_id, but=seen.pk)
    stored = _store(actor, graduation, uploaded) if uploaded else None
    try:
        with transaction.atomic(), acting(actor.elevated()):
            row = _locked(seen.pk)
            fields = _columns(figures)
            changes = {
                name: [_plain(getattr(row, name)), _plain(value)]
                for name, value in fields.items()
                if getattr(row, name) != value
            }
            transitions.apply(
                table=states.INVESTMENT,
                instance=row,
                action="report",
                actor=actor,
                changes=changes,
                fields={
                    **fields,
                    **({"evidence_id": stored.pk} if stored else {}),
                    "revision": row.revision + 1,
                    "reason": "",
                    "reported_at": clock.database_now(),
                    "reported_by_id": person_id(actor),
                },
            )
            notices.reported(row)
            return row
    except IntegrityError as twice:
        raise _twice(twice) from twice


def investment_withdraw(*, actor: Actor, investment_id: int) -> Investment:
    """取り下げる. Raises Investment.DoesNotExist, RoleMissing, StaleState."""
    seen = policies.get_investment(actor, pk=investment_id)
    _require_firm(actor)
    return _move(actor, seen, "withdraw")


def investment_accept(*, actor: Actor, investment_id: int) -> Investment:
    """受理する: from now on it counts (1-OC).

    Raises Investment.DoesNotExist, RoleMissing, Refused, StaleState.
    """
    seen = _decided(actor, investment_id)
    if not seen.evidence.is_available:
        raise Refused(_("証拠の書類の安全性を確認中です。終わってから受理してください。"))
    return _move(actor, seen, "accept", payload=_payload(seen), tell=notices.accepted)


def investment_return(*, actor: Actor, investment_id: int, reason: str) -> Investment:
    """差し戻す, with what is to be mended. Raises as above, ReasonMissing."""
    seen = _decided(actor, investment_id)
    return _move(actor, seen, "return", reason=reason, tell=notices.returned)


def investment_undo(*, actor: Actor, investment_id: int, reason: str) -> Investment:
    """受理を取り消す: it does not count any more. Raises as above."""
    seen = _decided(actor, investment_id)
    return _move(actor, seen, "undo", reason=reason, payload=_payload(seen), tell=notices.returned)


def _move(
    actor: Actor,
    seen: Investment,
    action: str,
    *,
    reason: str = "",
    payload: dict[str, Any] | None = None,
    tell: Callable[[Investment], None] | None = None,
) -> Investment:
    decided = actor.hat == Hat.WARD
    with transaction.atomic(), acting(actor.elevated()):
        row = _locked(seen.pk)
        fields: dict[str, Any] = {"reason": reason.strip()} if reason.strip() else {}
        if decided:
            fields |= {"decided_by_id": person_id(actor), "decided_at": clock.database_now()}
        transitions.apply(
            table=states.INVESTMENT,
            instance=row,
            action=action,
            actor=actor,
            reason=reason,
            payload=payload,
            detail=_told(row),
            fields=fields,
        )
        if tell is not None:
            tell(row)
        return row


def _graduation(actor: Actor) -> Graduation:
    """In whose name the firm reports. Raises RoleMissing, Refused."""
    _require_firm(actor)
    found = policies.own_graduation(actor)
    if found is None:
        raise Refused(
            _("投資の報告は、DX道場を修了した企業のものです。修了の記録が見つかりません。")
        )
    return Graduation.objects.select_related("enrolment").get(pk=found.pk)


def _require_firm(actor: Actor) -> None:
    if actor.hat != Hat.FIRM or actor.firm_id is None:
        raise RoleMissing


def _decided(actor: Actor, investment_id: int) -> Investment:
    """A visible report, for one who may decide. Raises RoleMissing, Refused in one's own cause."""
    seen = policies.get_investment(actor, pk=investment_id)
    if not policies.may_decide(actor, seen):
        raise RoleMissing
    with acting(actor.elevated()):
        causes.require_others_firm(actor, seen.graduation.enrolment)
        seen.evidence = StoredFile.objects.get(pk=seen.evidence_id)
    return seen


def _check(figures: Figures, graduation: Graduation) -> None:
    """What the form says as well; the service is what other ways in meet. Raises Refused."""
    if figures.amount_yen <= 0:
        raise Refused(_("金額は1円以上にしてください。"))
    if figures.amount_yen > MOST_YEN:
        raise Refused(_("金額が10億円を超えています。円の単位で入力したか確かめてください。"))
    if figures.invested_on > clock.today():
        raise Refused(_("発注・契約の日は、今日までの日にしてください。"))
    assert graduation.confirmed_on is not None
    if figures.invested_on < graduation.confirmed_on:
        raise Refused(
            _(
                "発注・契約の日は、修了日（%(day)s）以降にしてください。修了前の投資は報告できません。"
            )
            % {"day": era_date(graduation.confirmed_on)}
        )
    if not figures.what.strip():
        raise Refused(_("何に投資したかを入力してください。"))
    if figures.source == Investment.Source.GRANT and not figures.funder.strip():
        raise Refused(_("補助金を出した機関と制度の名称を入力してください。"))


def _once(figures: Figures, firm_id: int, *, but: int | None = None) -> None:
    """Before a file is taken in; the unique constraint has the last word. Raises Refused."""
    rows = Investment.objects.all() if but is None else Investment.objects.exclude(pk=but)
    same = rows.filter(
        firm_id=firm_id,
        invested_on=figures.invested_on,
        amount_yen=figures.amount_yen,
        what=figures.what.strip(),
    )
    if same.exclude(status=states.WITHDRAWN).exists():
        raise Refused(_("同じ投資が、すでに報告されています。"))


def _twice(error: IntegrityError) -> Exception:
    if "investment_once" in str(error):
        return Refused(_("同じ投資が、すでに報告されています。"))
    return error


def _store(actor: Actor, graduation: Graduation, uploaded: UploadedFile) -> StoredFile:
    """Outside the transaction of the report: a refused file leaves its row. Raises UploadRefused."""
    return files.store_upload(
        actor=actor,
        uploaded=uploaded,
        purpose=PURPOSE,
        ward_id=graduation.ward_id,
        firm_id=graduation.firm_id,
        rules=EVIDENCE,
    )


def _columns(figures: Figures) -> dict[str, Any]:
    is_grant = figures.source == Investment.Source.GRANT
    return asdict(figures) | {
        "what": figures.what.strip(),
        "funder": figures.funder.strip() if is_grant else "",
    }


def _locked(investment_id: int) -> Investment:
    return Investment.objects.select_for_update().get(pk=investment_id)


def _payload(row: Investment) -> dict[str, Any]:
    return {
        "investment_id": row.pk,
        "revision": row.revision,
        "firm_id": row.firm_id,
        "on": row.invested_on.isoformat(),
        "amount_yen": row.amount_yen,
    }


def _told(row: Investment) -> dict[str, Any]:
    return {"amount_yen": row.amount_yen, "on": str(row.invested_on), "source": row.source}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, dt.date) else value
