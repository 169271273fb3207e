"""Auditors, samples and bundles, made through the services."""

from typing import Any

from portal.accounts.roles import Role
from portal.auditing import services
from portal.auditing.models import Job, Sample
from portal.auditing.selectors.population import Wanted
from portal.auditing.selectors.scope import Scope
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from tests.support.people import assign, make_person

PURPOSE = "令和8年度定期監査"


def auditor(user_id: int | None = None) -> Actor:
    """An auditor, a new one unless the person is there."""
    if user_id is None:
        user_id = assign(make_person("kansa@example.jp", name="監査 人"), Role.AUDITOR).pk
    return Actor(user_id, "監査 人", Hat.AUDITOR, frozenset({Role.AUDITOR}))


def sample(
    actor: Actor,
    *,
    method: str = Sample.Method.SIMPLE,
    size: int | None = None,
    seed: int | None = 7,
    strata: str = "",
    base: str = "granted",
    query: str = "",
    **scope: Any,
) -> Sample:
    """A sample out of everything there is."""
    with acting(actor):
        return services.sample_draw(
            actor=actor,
            name="定期監査の標本",
            purpose=PURPOSE,
            method=method,
            wanted=Wanted(scope=Scope(**scope), base=base, query=query),
            size=size,
            seed=seed,
            strata=strata,
        )


def bundle(actor: Actor, case: Any) -> Job:
    """A bundle of the case, made as the worker makes it."""
    with acting(actor):
        job = services.bundle_order(actor=actor, case=case, purpose=PURPOSE)
    return made(job)


def made(job: Job) -> Job:
    """The job after its worker."""
    services.WORK.run(job.pk, clock.today())
    with acting(Actor.system("test")):
        return Job.objects.select_related("stored_file").get(pk=job.pk)
