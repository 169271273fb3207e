"""Asking in waves: so many firms at once, until the deadline, then the next by itself."""

import datetime as dt
from collections import Counter
from collections.abc import Collection

from django.db import connection
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from lab.nakama.cases import counted, policies, states
from lab.nakama.cases.models import Case, CaseStep, Drawing, Invitation, Quote, Wave
from lab.nakama.cases.rules import waves as rules
from lab.nakama.cases.services import drawings, first_jobs, notices, teams
from lab.nakama.cases.services.errors import Refused
from lab.nakama.cases.services.parts import writing
from lab.nakama.services import answers_count
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting

# Whoever was asked may look at the drawings until so long after the wave has closed.
LOOK_ON = dt.timedelta(days=2)
HISTORY = dt.timedelta(days=365)


def waves_start(*, actor: Actor, case_id: int, lend: bool = True) -> list[Wave]:
    """仲間に声をかける: a wave for each step that nobody is asked about and nobody has accepted.

    With `lend` those who are asked may see the drawings after their promise.
    Raises Refused (no team chosen, nothing to ask), GuardFailed, StaleState.
    """
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        transitions.apply(
            table=states.CASE,
            instance=case,
            action="invite",
            actor=actor,
            fields={"escalated_at": None},
        )
        steps = list(CaseStep.objects.filter(case=case))
        if not steps or not case.proposals.filter(chosen__isnull=False).exists():
            raise Refused(_("先にチームの案を作り、1つ選んでください。"))
        waiting = [step for step in steps if not _is_settled(step)]
        if not waiting:
            raise Refused(_("声をかける工程がありません。返事を待つか、担当を決めてください。"))
        opened = [wave for step in waiting if (wave := wave_open(actor, case, step, lend=lend))]
        if not opened:
            raise Refused(
                _("声をかけられる企業がありません。条件をゆるめるか、ラボに相談してください。")
            )
        return opened


def _is_settled(step: CaseStep) -> bool:
    """Somebody is being asked, or has said that they can."""
    willing = Invitation.objects.filter(step=step, status__in=states.WILLING)
    return willing.exists() or Wave.objects.filter(step=step, closed_at=None).exists()


def wave_open(actor: Actor, case: Case, step: CaseStep, *, lend: bool = True) -> Wave | None:
    """The next wave of a step; None, and the case told to the coordinator, when nobody is left.

    As the system. A firm with five open requests of this week is left in peace.
    """
    one_at_a_time()
    now = clock.database_now()
    asked = set(Invitation.objects.filter(step=step).values_list("firm_id", flat=True))
    ranked = [row for row in teams.candidates(case, step) if row["firm"] not in asked]
    busy = _busy({row["firm"] for row in ranked}, now)
    free = [row for row in ranked if row["firm"] not in busy]
    if not free:
        _escalate(actor, case, step, now)
        return None
    permille = response_rate({row["firm"] for row in free}, now)
    chosen = free[: rules.wave_size(permille)]
    last = Wave.objects.filter(step=step).aggregate(last=Max("number"))["last"] or 0
    wave = Wave.objects.create(
        case=case,
        step=step,
        number=last + 1,
        size=len(chosen),
        response_permille=permille,
        opened_at=now,
        closes_at=rules.closes_at(now, case.wave_hours),
    )
    has_drawings = lend and Drawing.objects.filter(case=case, replaced_at=None).exists()
    for row in chosen:
        invitation = Invitation.objects.create(
            case=case,
            step=step,
            wave=wave,
            firm_id=row["firm"],
            firm_name=row["name"],
            closes_at=wave.closes_at,
        )
        if has_drawings:
            until = wave.closes_at + LOOK_ON
            drawings.lend(actor, case, row["firm"], row["name"], step, until)
        answers_count(firm_id=row["firm"], asked=1)
        notices.invited(invitation)
    audit.record(
        actor=actor,
        action="cases.wave_opened",
        obj=wave,
        ward_id=case.ward_id,
        detail={"case": case.number, "step": step.position, "firms": [r["firm"] for r in chosen]},
        label=str(case),
    )
    return wave


def one_at_a_time() -> None:
    """Waves and calls go out one after the other: the limit of five is counted over all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cases.wave'))")


def requests_of(firms: Collection[int], now: dt.datetime) -> Counter[int]:
    """Firm → open requests of this week, those of rooms above included. As the system."""
    since = now - rules.WEEK
    rows = Invitation.objects.filter(firm_id__in=firms, status=states.WAITING, sent_at__gt=since)
    found = Counter(rows.values_list("firm_id", flat=True))
    found.update(counted.requests_elsewhere(firms, since))
    return found


def _busy(firms: set[int], now: dt.datetime) -> set[int]:
    return {firm for firm, n in requests_of(firms, now).items() if n >= rules.MOST_OPEN}


def response_rate(firms: set[int], now: dt.datetime) -> int:
    """In thousandths, of what these firms were asked within a year. As the system."""
    rows = Invitation.objects.filter(firm_id__in=firms, sent_at__gt=now - HISTORY)
    closed = rows.exclude(status=states.WAITING)
    told = closed.aggregate(
        n=Count("pk"), answered=Count("pk", filter=Q(answered_at__isnull=False))
    )
    return rules.response_permille(told["answered"], told["n"])


def _escalate(actor: Actor, case: Case, step: CaseStep, now: dt.datetime) -> None:
    if case.escalated_at is None:
        case.escalated_at = now
        case.save(update_fields=["escalated_at"])
    audit.record(
        actor=actor,
        action="cases.escalated",
        obj=case,
        detail={"step": step.position},
        reason=step.process_name,
    )
    notices.stuck(case, step)


def waves_close(*, actor: Actor, now: dt.datetime, limit: int = 50) -> int:
    """Close waves whose time is over and open the next where nobody has accepted; returns how many.

    Every few minutes, as the system; each wave in a transaction of its own.
    """
    due = Wave.objects.filter(closed_at=None, closes_at__lte=now)
    with acting(actor):
        found = list(due.order_by("closes_at", "pk").values_list("pk", "case_id")[:limit])
    done = 0
    for pk, case_id in found:
        with acting(actor):
            # The case first, as everybody who answers or chooses does.
            case = Case.objects.select_for_update().get(pk=case_id)
            wave = Wave.objects.filter(pk=pk, closed_at=None).select_related("step").first()
            if wave is not None:
                wave_close(actor, case, wave, now)
                done += 1
    return done


def wave_close(actor: Actor, case: Case, wave: Wave, now: dt.datetime) -> None:
    """Who has not answered lapses; without anybody willing the next wave begins. Case is locked."""
    wave.closed_at = now
    wave.save(update_fields=["closed_at"])
    rows = Invitation.objects.select_for_update().filter(wave=wave, status=states.WAITING)
    system = Actor.system("cases.waves", ward_id=case.ward_id)
    for row in rows.order_by("pk"):
        transitions.apply(table=states.INVITATION, instance=row, action="lapse", actor=system)
    if case.status == states.INVITING and not _is_settled(wave.step):
        wave_open(system, case, wave.step)


def firm_choose(*, actor: Actor, invitation_id: int) -> Invitation:
    """この企業に決める, by the hub. Raises Refused (decided otherwise, no price), StaleState."""
    asked = policies.get_invitation(actor, pk=invitation_id)
    seen = policies.get_led_case(actor, pk=asked.case_id)
    with writing(actor, seen) as case:
        policies.require(bool(policies.parts(actor, case.pk) & policies.HUBS))
        if case.status != states.INVITING:
            raise Refused(_("いまの状態では、担当を決められません。"))
        row = Invitation.objects.select_for_update().select_related("step").get(pk=asked.pk)
        others = Invitation.objects.filter(step=row.step, status=states.CHOSEN)
        if taken := others.exclude(pk=row.pk).first():
            raise Refused(
                _("この工程は%(firm)sに決まっています。変えるときは、先に決定を戻してください。")
                % {"firm": taken.firm_name}
            )
        quote = Quote.objects.filter(invitation=row).first()
        if quote is None:
            raise Refused(
                _("金額がまだ届いていません。見積が届いてから決めるか、相手に連絡してください。")
            )
        first_jobs.require(case, row, quote.price_yen)
        transitions.apply(table=states.INVITATION, instance=row, action="choose", actor=actor)
        return row


def firm_release(*, actor: Actor, invitation_id: int, reason: str) -> Invitation:
    """決定を戻す. Raises ReasonMissing, StaleState."""
    asked = policies.get_invitation(actor, pk=invitation_id)
    seen = policies.get_led_case(actor, pk=asked.case_id)
    with writing(actor, seen) as case:
        policies.require(bool(policies.parts(actor, case.pk) & policies.HUBS))
        if case.status != states.INVITING:
            raise Refused(_("いまの状態では、決定を戻せません。"))
        row = Invitation.objects.select_for_update().get(pk=asked.pk)
        transitions.apply(
            table=states.INVITATION, instance=row, action="release", actor=actor, reason=reason
        )
        return row


def case_offer(*, actor: Actor, case_id: int) -> Case:
    """発注元に案を出す: a firm with a price for every step. Raises Refused, GuardFailed."""
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        chosen = Invitation.objects.filter(case=case, status=states.CHOSEN)
        steps = CaseStep.objects.filter(case=case).exclude(pk__in=chosen.values("step_id"))
        if names := [step.name for step in steps]:
            raise Refused(
                _("担当がまだ決まっていない工程があります：%(names)s")
                % {"names": _("・").join(names)}
            )
        now = clock.database_now()
        for wave in Wave.objects.filter(case=case, closed_at=None):
            wave.closed_at = now
            wave.save(update_fields=["closed_at"])
        transitions.apply(
            table=states.CASE,
            instance=case,
            action="offer",
            actor=actor,
            payload={"case_id": case.pk},
        )
        notices.offered(case)
        return case


def ask_lab(*, actor: Actor, case_id: int) -> Case:
    """ラボに相談する. Raises RoleMissing, Refused."""
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        policies.require(bool(policies.parts(actor, case.pk) & policies.HUBS))
        if case.status not in states.ASKING:
            raise Refused(_("いまの状態では、ラボに相談できません。"))
        if case.escalated_at is None:
            case.escalated_at = clock.database_now()
            case.save(update_fields=["escalated_at"])
            audit.record(actor=actor, action="cases.escalated", obj=case)
            notices.consulted(case)
        return case


def lab_done(*, actor: Actor, case_id: int, note: str) -> Case:
    """The coordinator has helped. Raises RoleMissing, Refused without words."""
    policies.require(policies.is_lab(actor))
    if not note.strip():
        raise Refused(_("何をしたかを入力してください。"))
    seen = policies.get_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        Case.objects.filter(pk=case.pk).update(escalated_at=None)
        case.escalated_at = None
        audit.record(actor=actor, action="cases.escalation_settled", obj=case, reason=note)
        return case
