"""A wave from plan to close: the frame is taken and firms are drawn once, when it begins."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from kpi.surveys import links, policies, states
from kpi.surveys.errors import Refused
from kpi.surveys.instruments import CODE
from kpi.surveys.models import Asked, Place, Stratum, Wave
from kpi.surveys.rules import days, sampling
from kpi.surveys.services.asking import first_mails
from kpi.surveys.services.figures import figures_write
from portal.accounts.policies import person_id
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing, StaleState
from portal.ui.markup import era_date
from programs.diagnosis.selectors.versions import newest
from programs.models import Firm, FirmWard, Site

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """What a wave is planned with. `wards` counts for policy staff; officials plan for their own."""

    name: str
    starts_on: dt.date
    ends_on: dt.date
    wards: Sequence[int] = ()
    share: int = 100
    fewest: int = 5
    seed: int = 1


def wave_plan(*, actor: Actor, plan: Plan) -> Wave:
    """計画する. Raises RoleMissing, Refused (days, no ward, the same first day twice)."""
    if not policies.may_plan(actor):
        raise RoleMissing
    own = actor.ward_id if actor.hat == Hat.WARD else None
    wards = sorted(set(plan.wards)) if own is None else [own]
    if not wards:
        raise Refused(_("対象の区を1つ以上選んでください。"))
    _check_days(plan.starts_on, plan.ends_on)
    with transaction.atomic(), acting(actor.elevated()):
        same = Place.objects.filter(ward_id__in=wards, wave__starts_on=plan.starts_on)
        if same.exclude(wave__status=states.CANCELLED).exists():
            raise Refused(
                _("同じ区で同じ日に始まる調査がほかにあります。始める日を変えてください。")
            )
        wave = Wave.objects.create(
            ward_id=own,
            name=plan.name,
            questionnaire=newest(CODE),
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            share=plan.share,
            fewest=plan.fewest,
            seed=plan.seed,
            planned_by_id=person_id(actor),
        )
        Place.objects.bulk_create(Place(wave=wave, ward_id=ward) for ward in wards)
        audit.record(
            actor=actor,
            action="surveys.planned",
            obj=wave,
            detail={"wards": wards, "share": plan.share, "seed": plan.seed},
        )
    return wave


def wave_open(*, actor: Actor, wave_id: int) -> Wave:
    """始める: takes the frame from the register of the day, draws, and queues the first mails.

    Raises Wave.DoesNotExist, RoleMissing, StaleState, Refused (too early or late, another wave of a ward
    is open, no firm).
    """
    wave = policies.get_wave(actor, pk=wave_id)
    if not policies.may_run(actor, wave):
        raise RoleMissing
    today = clock.today()
    with transaction.atomic(), acting(actor.elevated()):
        # Waves of the same wards wait for each other.
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        if wave.status != states.PLANNED:
            raise StaleState
        if not wave.starts_on <= today <= wave.ends_on:
            raise Refused(
                _(
                    "始められるのは%(first)sから%(last)sまでです。日を変えるときは、計画し直してください。"
                )
                % {"first": era_date(wave.starts_on), "last": era_date(wave.ends_on)}
            )
        wards = list(wave.places.order_by("ward_id").values_list("ward_id", flat=True))
        _require_alone(wave, wards)
        picked, strata = _draw(wave, frame(wards))
        if not picked:
            raise Refused(
                _("区の企業名簿に、対象になる企業がありません。先に名簿を取り込んでください。")
            )
        Stratum.objects.bulk_create(strata, batch_size=BATCH)
        reminded = days.reminders_due(wave.starts_on, wave.ends_on, today)
        asked = Asked.objects.bulk_create(_asked(wave, picked, reminded), batch_size=BATCH)
        mails = first_mails(asked)
        transitions.apply(
            table=states.WAVE,
            instance=wave,
            action="open",
            actor=actor,
            detail={"asked": len(asked), "mails": mails},
            fields={"opened_at": clock.now(), "questionnaire": newest(CODE)},
        )
    return wave


def wave_close(*, actor: Actor, wave_id: int) -> Wave:
    """締め切る, and write 1-KSI. Raises Wave.DoesNotExist, RoleMissing, StaleState."""
    wave = policies.get_wave(actor, pk=wave_id)
    if actor.hat != Hat.SYSTEM and not policies.may_run(actor, wave):
        raise RoleMissing
    with transaction.atomic(), acting(actor.elevated()):
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        transitions.apply(
            table=states.WAVE,
            instance=wave,
            action="close",
            actor=actor,
            fields={"closed_at": clock.now()},
        )
        figures_write(starts_on=wave.starts_on, today=clock.today())
    return wave


def waves_close(*, actor: Actor, today: dt.date) -> int:
    """Close those whose last day is over; returns how many. As the system."""
    rows = Wave.objects.filter(status=states.OPEN, ends_on__lt=today).order_by("pk")
    over = list(rows.values_list("pk", flat=True))
    for pk in over:
        wave_close(actor=actor, wave_id=pk)
    return len(over)


def wave_cancel(*, actor: Actor, wave_id: int, reason: str) -> Wave:
    """取りやめる. Raises Wave.DoesNotExist, RoleMissing, StaleState, ReasonMissing."""
    wave = policies.get_wave(actor, pk=wave_id)
    if not policies.may_run(actor, wave):
        raise RoleMissing
    with transaction.atomic(), acting(actor.elevated()):
        transitions.apply(
            table=states.WAVE, instance=wave, action="cancel", actor=actor, reason=reason
        )
    return wave


def wave_extend(*, actor: Actor, wave_id: int, ends_on: dt.date) -> Wave:
    """締切を延ばす. Raises Wave.DoesNotExist, RoleMissing, StaleState, Refused (not later)."""
    wave = policies.get_wave(actor, pk=wave_id)
    if not policies.may_run(actor, wave):
        raise RoleMissing
    with transaction.atomic(), acting(actor.elevated()):
        wave = Wave.objects.select_for_update().get(pk=wave_id)
        if wave.status != states.OPEN:
            raise StaleState
        if ends_on <= wave.ends_on:
            raise Refused(
                _("新しい締切は、いまの締切（%(day)s）より後にしてください。")
                % {"day": era_date(wave.ends_on)}
            )
        before, wave.ends_on = wave.ends_on, ends_on
        wave.save(update_fields=["ends_on"])
        audit.record(
            actor=actor,
            action="surveys.extended",
            obj=wave,
            changes={"ends_on": [str(before), str(ends_on)]},
        )
    return wave


def wave_requestion(*, actor: Actor, wave_id: int) -> Wave:
    """最新の設問に差し替える: who is answering keeps what fits, finished answers keep their version.

    Raises Wave.DoesNotExist, RoleMissing, StaleState, Refused (it is the newest already).
    """
    wave = policies.get_wave(actor, pk=wave_id)
    if not policies.may_run(actor, wave):
        raise RoleMissing
    with transaction.atomic(), acting(actor.elevated()):
        wave = Wave.objects.select_for_update(of=("self",)).get(pk=wave_id)
        if wave.status not in {states.PLANNED, states.OPEN}:
            raise StaleState
        latest, before = newest(CODE), wave.questionnaire
        if latest.pk == before.pk:
            raise Refused(_("この調査の設問は、すでに最新の版です。"))
        wave.questionnaire = latest
        wave.save(update_fields=["questionnaire"])
        audit.record(
            actor=actor,
            action="surveys.requestioned",
            obj=wave,
            changes={"questionnaire": [before.number, latest.number]},
        )
    return wave


def frame(wards: Collection[int]) -> list[tuple[sampling.Member, Firm]]:
    """The registers of these wards as they stand: every active firm that one of the 23 knows, once, in the ward
    of its head office, else of its oldest site, else that which knew it first. As the system; three queries.
    """
    known = FirmWard.objects.filter(firm__is_active=True).order_by("firm_id", "since", "pk")
    places: dict[int, list[int]] = {}
    for firm, ward in known.values_list("firm_id", "ward_id"):
        places.setdefault(firm, []).append(ward)
    sites = Site.objects.filter(closed_on=None, firm__is_active=True).order_by("pk")
    stands: dict[int, list[int]] = {}
    for firm, ward, kind in sites.values_list("firm_id", "ward_id", "kind"):
        # A firm is only asked by a ward that knows it: a survey does not tell of it.
        if ward in places.get(firm, ()):
            rows = stands.setdefault(firm, [])
            rows.insert(0, ward) if kind == Site.Kind.HEAD else rows.append(ward)
    home = {firm: stands.get(firm, own)[0] for firm, own in places.items()}
    asked = [firm for firm, ward in home.items() if ward in set(wards)]
    firms = Firm.objects.filter(pk__in=asked).only("pk", "name", "email", "employees", "jsic")
    return [
        (
            sampling.Member(firm.pk, sampling.Stratum(home[firm.pk], firm.size_model, firm.jsic)),
            firm,
        )
        for firm in firms.order_by("pk")
    ]


def _draw(
    wave: Wave, members: list[tuple[sampling.Member, Firm]]
) -> tuple[list[tuple[sampling.Member, Firm]], list[Stratum]]:
    """Who is asked, and the strata with what was drawn of them."""
    by_stratum = sampling.strata(member for member, _firm in members)
    picked = sampling.drawn(by_stratum, share=wave.share, fewest=wave.fewest, seed=wave.seed)
    chosen = {firm for firms in picked.values() for firm in firms}
    rows = [
        Stratum(
            wave=wave,
            ward_id=stratum.ward_id,
            size=stratum.size,
            jsic=stratum.jsic,
            population=len(firms),
            sampled=len(picked[stratum]),
        )
        for stratum, firms in by_stratum.items()
    ]
    return [one for one in members if one[0].firm_id in chosen], rows


def _asked(
    wave: Wave, picked: Iterable[tuple[sampling.Member, Firm]], reminded: int
) -> Iterable[Asked]:
    for member, firm in picked:
        row = Asked(
            wave=wave,
            ward_id=member.stratum.ward_id,
            firm=firm,
            firm_name=firm.name,
            size=member.stratum.size,
            jsic=member.stratum.jsic,
            reminders=reminded,
        )
        row.digest = links.new_digest(row)
        yield row


def _require_alone(wave: Wave, wards: list[int]) -> None:
    others = Place.objects.filter(wave__status=states.OPEN, ward_id__in=wards).exclude(wave=wave)
    other = others.select_related("wave").order_by("pk").first()
    if other is not None:
        raise Refused(
            _("「%(name)s」が実施中です。締め切ってから始めてください。")
            % {"name": other.wave.name}
        )


def _check_days(starts_on: dt.date, ends_on: dt.date) -> None:
    if ends_on < clock.today():
        raise Refused(_("締切は、今日より後の日にしてください。"))
    if (ends_on - starts_on).days < days.FEWEST_DAYS:
        raise Refused(
            _("回答の期間は%(n)s日以上にしてください。郵送で答える企業があります。")
            % {"n": days.FEWEST_DAYS}
        )
