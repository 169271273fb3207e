"""Drawing a sample, and going through its cases."""

import secrets
from collections.abc import Mapping, Sequence
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.policies import person_id
from portal.auditing import policies, states
from portal.auditing.errors import Refused
from portal.auditing.models import Sample, SampleItem
from portal.auditing.rules import sampling
from portal.auditing.rules.sampling import BadDraw, Picked, Unit
from portal.auditing.selectors import population
from portal.auditing.selectors.population import Wanted
from portal.auditing.strata import stratum_of
from portal.auditing.words import refused_draw
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from subsidies.models import Application

# A sample is gone through case by case, by people.
MOST_CASES = 2_000
SEEDS = 10**9


def sample_draw(
    *,
    actor: Actor,
    name: str,
    purpose: str,
    method: str,
    wanted: Wanted,
    size: int | None = None,
    seed: int | None = None,
    strata: str = "",
) -> Sample:
    """Draw and keep a sample. Without a seed one is made; it stands on the sample.

    Raises PermissionDenied, Refused: nothing to draw from, more asked for than there is.
    """
    if not policies.is_auditor(actor):
        raise PermissionDenied
    if not name.strip() or not purpose.strip():
        raise Refused(_("標本の名前と監査の目的を入力してください。"))
    rows = population.cases(actor, wanted)
    found = {row.receipt_no or "": row for row in rows}
    units = [Unit(key, row.book_yen, stratum_of(strata, row)) for key, row in found.items()]
    if method == Sample.Method.ALL:
        seed = None
    elif seed is None:
        seed = secrets.randbelow(SEEDS)
    drawn = _draw(method, units, size or 0, seed or 0)
    if len(drawn.picked) > MOST_CASES:
        raise Refused(
            _("1つの標本は%(most)s件までです。条件で絞り込んでください。")
            % {"most": f"{MOST_CASES:,}"}
        )
    with transaction.atomic():
        sample = Sample.objects.create(
            name=name.strip(),
            purpose=purpose.strip(),
            method=method,
            params=_params(wanted, size, strata),
            seed=seed,
            population=drawn.population,
            population_yen=drawn.population_yen,
            interval_yen=drawn.interval_yen,
            start_yen=drawn.start_yen,
            drawn_by_id=person_id(actor),
        )
        _items_create(sample, drawn.picked, found)
        audit.record(
            actor=actor,
            action="auditing.sample_drawn",
            obj=sample,
            reason=sample.purpose,
            detail={
                "method": method,
                "seed": seed,
                "size": len(drawn.picked),
                "population": drawn.population,
            },
        )
    return sample


def _draw(method: str, units: list[Unit], size: int, seed: int) -> sampling.Draw:
    """Raises Refused in words."""
    try:
        if method == Sample.Method.ALL:
            return sampling.everything(units)
        return sampling.draw(cast("sampling.Method", method), units, size=size, seed=seed)
    except BadDraw as bad:
        raise Refused(refused_draw(bad)) from bad


def _items_create(
    sample: Sample, drawn: Sequence[Picked], cases: Mapping[str, Application]
) -> None:
    SampleItem.objects.bulk_create(
        SampleItem(
            sample=sample,
            application=cases[picked.unit.key],
            ward_id=cases[picked.unit.key].ward_id,
            position=position,
            stratum=picked.unit.stratum[:80],
            book_yen=picked.unit.yen,
            hits=picked.hits,
        )
        for position, picked in enumerate(drawn, start=1)
    )


def _params(wanted: Wanted, size: int | None, strata: str) -> dict[str, object]:
    """What the population was narrowed by, so that it can be asked for again."""
    return {
        "base": wanted.base,
        "year": wanted.scope.year,
        "ward": wanted.scope.ward_id,
        "stage": wanted.scope.stage,
        "criterion": wanted.criterion,
        "least_yen": wanted.least_yen,
        "most_yen": wanted.most_yen,
        "q": wanted.query,
        "size": size,
        "strata": strata,
    }


def item_move(*, actor: Actor, item_id: int, action: str, note: str = "") -> SampleItem:
    """One step with a case of a sample; `note` is the auditor's finding and stays with it.

    Raises PermissionDenied, RoleMissing, StaleState, ReasonMissing.
    """
    if not policies.is_auditor(actor):
        raise PermissionDenied
    with transaction.atomic():
        item = policies.get_item(actor, lock=True, pk=item_id)
        if action not in {move.name for move in states.ITEM.transitions}:
            raise transitions.StaleState
        text = note.strip()
        transitions.apply(
            table=states.ITEM,
            instance=item,
            action=action,
            actor=actor,
            reason=text,
            detail={"sample": str(item.sample.public_id)},
            fields={
                "note": text or item.note,
                "checked_by_id": person_id(actor),
                "checked_at": clock.database_now(),
            },
        )
        return item
