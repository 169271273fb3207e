"""試算: run a revision's rules on last year's applications; a few at once, many by a worker."""

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from portal.accounts import hats
from portal.kernel import audit, clock, locks
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing
from subsidies import states as application_states
from subsidies.models import ApplicationVersion
from subsidies.office import policies
from subsidies.office.histories import histories
from subsidies.office.models import Revision, Trial
from subsidies.office.rules import trial as rule
from subsidies.office.services.revisions import rule_problems
from subsidies.rules.scheme import InvalidRules, SchemeRules
from subsidies.services import moves
from subsidies.services.errors import Refused

# More than this is a worker's job.
AT_ONCE = 200
CHUNK = 100
LOST_AFTER = dt.timedelta(seconds=60)
SYSTEM = Actor.system("subsidies.office")


def trial_begin(*, actor: Actor, revision_id: int, fiscal_year: int) -> Trial:
    """Note a trial on the scheme's applications of a fiscal year; `trial_run` does the work.

    Raises Revision.DoesNotExist, RoleMissing, Refused while the rules contradict themselves or for
    a year that is none.
    """
    if not (policies.may_edit(actor) or policies.may_publish(actor)):
        raise RoleMissing
    if not 2000 <= fiscal_year < 2200:
        raise Refused(_("年度を西暦の4桁で入力してください。例：2025"))
    with transaction.atomic():
        revision = policies.get_revision(actor, lock=True, pk=revision_id)
        if found := rule_problems(revision):
            raise Refused(str(InvalidRules(found)))
        trial = Trial.objects.create(
            revision=revision,
            ward_id=revision.ward_id,
            fiscal_year=fiscal_year,
            counter=revision.counter,
            total=_versions(revision, fiscal_year).count(),
            begun_by_id=moves.person(actor),
        )
        audit.record(
            actor=actor,
            action="office.trial_run",
            obj=revision,
            detail={"fiscal_year": fiscal_year, "applications": trial.total},
        )
        return trial


def trial_run(*, actor: Actor, trial_id: int) -> Trial:
    """Judge every application; the count done is kept chunk by chunk, the result at the end.

    A second run finds the work done, or leaves it to who is at it. Raises Trial.DoesNotExist.
    """
    trial = policies.visible_trials(actor).select_related("revision").get(pk=trial_id)
    if trial.finished_at is not None or not locks.take(Trial, trial.pk):
        return trial
    rules = SchemeRules.parse(trial.revision.rules)
    results = list(_tried(actor, trial, rules))
    trial.result = rule.summary(results)
    trial.done = len(results)
    trial.finished_at = clock.database_now()
    trial.save(update_fields=["result", "done", "finished_at"])
    return trial


def lost(*, now: dt.datetime) -> list[int]:
    """Trials that nobody works on. Within acting(system)."""
    rows = Trial.objects.filter(finished_at=None, begun_at__lt=now - LOST_AFTER)
    return [pk for pk in rows.values_list("pk", flat=True) if locks.take(Trial, pk)]


def trial_resume(*, trial_id: int, today: dt.date) -> None:
    """Run a lost trial in the name of who began it, with that person's roles as they are now.

    A trial whose person works for the ward no more, or whose revision is gone, is dropped: it has
    changed nothing, and anybody may begin another.
    """
    with acting(SYSTEM):
        trial = Trial.objects.select_related("begun_by").filter(pk=trial_id).first()
    if trial is None or trial.finished_at is not None:
        return
    if (actor := _wearer(trial, today)) is None:
        with acting(SYSTEM):
            audit.record(
                actor=SYSTEM,
                action="office.trial_dropped",
                obj=trial,
                ward_id=trial.ward_id,
                reason=str(_("試算を始めた人の役割が終わっています。")),
            )
            trial.delete()
        return
    with acting(actor):
        trial_run(actor=actor, trial_id=trial_id)


def _wearer(trial: Trial, today: dt.date) -> Actor | None:
    """Who began it, in the ward's hat; None without one that may try rules out."""
    with acting(Actor.public(user_id=trial.begun_by_id)):
        options = hats.options(trial.begun_by_id, today)
    found = next((option for option in options if option.key == f"ward:{trial.ward_id}"), None)
    if found is None or not trial.begun_by.is_active:
        return None
    actor = found.actor(trial.begun_by)
    return actor if policies.may_edit(actor) or policies.may_publish(actor) else None


def _tried(actor: Actor, trial: Trial, rules: SchemeRules) -> Iterator[rule.Tried]:
    rows = _versions(trial.revision, trial.fiscal_year).select_related(
        "application__call", "application__version__scheme"
    )
    source, done = rows.iterator(chunk_size=CHUNK), 0
    while chunk := list(islice(source, CHUNK)):
        known = histories(actor, [row.application for row in chunk])
        for row in chunk:
            receipt_no = row.application.receipt_no or ""
            yield rule.tried(rules, receipt_no, row.payload, known[row.application_id])
        done += len(chunk)
        Trial.objects.filter(pk=trial.pk).update(done=done)


def _versions(revision: Revision, fiscal_year: int) -> QuerySet[ApplicationVersion, Any]:
    """The last submitted version of each application of the scheme in that year."""
    newest = ApplicationVersion.objects.filter(application=OuterRef("application")).order_by(
        "-number"
    )
    return ApplicationVersion.objects.filter(
        pk=Subquery(newest.values("pk")[:1]),
        application__call__fiscal_year=fiscal_year,
        application__version__scheme=revision.scheme_id,
    ).exclude(application__status=application_states.WITHDRAWN)
