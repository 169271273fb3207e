"""予約なしの利用: a machine that is free now, on the conditions of a booking.

What is not met is told all at once. The rules of use can be signed on the spot; what the ward lets its
staff set aside is set aside with a reason, which leaves its row. Who records it has approved it.
"""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from lab.booking import states
from lab.booking.codes import Condition
from lab.booking.models import Acceptance, Lab, Machine, Reservation
from lab.booking.rules import asks
from lab.booking.rules.hours import Span
from lab.booking.services import conditions, presence, slots, words
from lab.booking.services.errors import NotMet, Refused
from lab.booking.services.office import run_lab
from lab.booking.services.reserve import Ask, insert
from lab.booking.services.visits import firm_of, visit_of
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from programs.models import Firm, FirmMembership
from programs.rules import fold


def walk_in(
    *,
    actor: Actor,
    machine_id: int,
    minutes: int,
    name: str,
    corporate_number: str,
    purpose: str,
    supervisor_id: int | None = None,
    is_signed: bool = False,
    override: str = "",
) -> Reservation:
    """Let in a firm that the portal knows. `is_signed`: the rules of use were signed at the desk; `override`
    is the reason to set aside what is not met. Raises Refused, NotMet, Taken; nothing is left then.
    """
    seen = Machine.objects.select_related("lab").get(pk=machine_id)
    lab = run_lab(actor, seen.lab_id)
    if not name.strip():
        raise Refused(_("利用する方の氏名を入力してください。"))
    with acting(actor.elevated()):
        firm = firm_of(corporate_number)
        if firm is None:
            raise Refused(
                _(
                    "この法人番号の企業は登録されていません。見学として記録するか、企業に登録を勧めてください。"
                )
            )
        machines = slots.locked([machine_id])
        now = clock.database_now().replace(second=0, microsecond=0)
        span = Span(now, now + dt.timedelta(minutes=minutes))
        slots.hold([machine_id], span)
        person_id = _person_of(firm, name)
        firm_ward = conditions.ward_of(firm, lab)
        if is_signed:
            _sign(actor, lab, firm, name, person_id)
        beside, unmet = _look(
            machines, span, purpose=purpose, firm=firm, firm_ward_id=firm_ward,
            person_id=person_id, supervisor_id=supervisor_id,
        )  # fmt: skip
        if unmet:
            _require_set_aside(lab, unmet, override)
        row = insert(
            lab,
            machines,
            Ask((machine_id,), span, purpose),
            firm=firm,
            firm_ward_id=firm_ward,
            person_id=person_id,
            person_name=plain(name, 100),
            is_walk_in=True,
        )
        if unmet:
            audit.record(
                actor=actor,
                action="booking.walk_in_overridden",
                obj=row,
                reason=plain(override, 300),
                detail={"conditions": sorted(unmet)},
            )
        for action, fields in (("approve", beside), ("check_in", {"checked_in_at": now})):
            transitions.apply(
                table=states.RESERVATION, instance=row, action=action, actor=actor, fields=fields
            )
        visit_of(row, now=now)
    return row


def _look(
    machines: Sequence[Machine],
    span: Span,
    *,
    purpose: str,
    firm: Firm,
    firm_ward_id: int,
    person_id: int | None,
    supervisor_id: int | None,
) -> tuple[dict[str, object], dict[str, str]]:
    """Who stands by, and what is not met: condition → sentence. Raises Refused, with all sentences, where
    something stands against it that nobody can set aside.
    """
    lab = machines[0].lab
    found = conditions.problems(
        machines, span, purpose=purpose, now=span.start, firm_id=firm.pk, person_id=person_id or 0,
        is_walk_in=True,
    )  # fmt: skip
    fixed = [words.sentence(item) for item in found if item.code != asks.CERTIFICATE]
    beside: dict[str, object] = {}
    try:
        beside = presence.required(machines, span, person_id=supervisor_id)
    except Refused as error:
        fixed.append(str(error))
    unmet = _unmet(lab, span, firm=firm, firm_ward_id=firm_ward_id)
    if any(item.code == asks.CERTIFICATE for item in found):
        unmet[Condition.CERTIFICATE] = _(
            "この方には、「%(machine)s」を使える講習の修了がありません。目的を「操作の講習」にするか、修了した方の氏名を登録のとおりに入力してください。"
        ) % {"machine": machines[0].name}
    if fixed:
        raise NotMet(
            "\n".join(dict.fromkeys([*fixed, *unmet.values()])),
            frozenset(unmet),
            may_override=False,
        )
    return beside, unmet


def _unmet(lab: Lab, span: Span, *, firm: Firm, firm_ward_id: int) -> dict[str, str]:
    today = clock.to_date(span.start)
    unmet: dict[str, str] = {}
    if not conditions.has_agreed(lab, firm_id=firm.pk, day=today):
        unmet[Condition.AGREEMENT] = _(
            "この企業は、この年度の利用規約にまだ同意していません。規約を読んで署名してもらってください。"
        )
    try:
        conditions.require_no_points(lab, firm_id=firm.pk, today=today)
    except Refused as error:
        unmet[Condition.POINTS] = str(error)
    try:
        conditions.require_quota(lab, span, firm_id=firm.pk, firm_ward_id=firm_ward_id)
    except Refused as error:
        unmet[Condition.QUOTA] = str(error)
    return unmet


def _require_set_aside(lab: Lab, unmet: dict[str, str], override: str) -> None:
    """Raises NotMet, unless the ward lets staff set all of it aside and there is a reason."""
    barred = [Condition(code) for code in unmet if code not in lab.overrides]
    if not barred and override.strip():
        return
    # Rules that can be signed here and now need nobody's judgement.
    barred = [code for code in barred if code != Condition.AGREEMENT]
    may = not barred and any(code in lab.overrides for code in unmet)
    sentences = list(unmet.values())
    if barred:
        names = _("、").join(str(code.label) for code in barred)
        sentences.append(
            _("次の条件は、このラボの決まりでは職員の判断で認められません：%(names)s")
            % {"names": names}
        )
    elif may:
        sentences.append(_("職員の判断で認めるときは、理由を入力してください。"))
    raise NotMet("\n".join(sentences), frozenset(unmet), may_override=may)


def _sign(actor: Actor, lab: Lab, firm: Firm, name: str, person_id: int | None) -> None:
    """規約への署名 at the desk, for this fiscal year. Again changes nothing."""
    newest, today = conditions.agreement_of(lab), clock.today()
    if newest is None or conditions.has_agreed(lab, firm_id=firm.pk, day=today):
        return
    Acceptance.objects.bulk_create(
        [
            Acceptance(
                agreement=newest,
                firm=firm,
                fiscal_year=clock.fiscal_year(today),
                person_id=person_id,
                signer=plain(name, 100),
                noted_by_id=actor.user_id,
            )
        ],
        ignore_conflicts=True,
    )
    audit.record(
        actor=actor,
        action="booking.agreed_at_desk",
        obj=newest,
        ward_id=lab.ward_id,
        detail={"version": newest.version, "firm": firm.pk},
    )


def _person_of(firm: Firm, name: str) -> int | None:
    """The one member of the firm who is called so; certificates are a person's."""
    rows = FirmMembership.objects.filter(firm=firm, valid_to=None, user__is_active=True)
    found = [
        row.user_id for row in rows.select_related("user") if fold(row.user.name) == fold(name)
    ]
    return found[0] if len(found) == 1 else None
