"""Bringing the shipped courses in."""

from django.db import transaction

from dojo.courses.definitions import definitions
from dojo.models import Course, CurriculumUnit
from portal.kernel import audit
from portal.kernel.actor import Actor


def courses_load(*, actor: Actor) -> int:
    """Insert every version that is not there yet; returns how many. A version that exists stays as it is, because
    cohorts rest on it. As the system.
    """
    made = 0
    with transaction.atomic():
        for item in definitions():
            found = {"code": item.fields["code"], "version": item.fields["version"]}
            if Course.objects.filter(**found).exists():
                continue
            course = Course.objects.create(**item.fields)
            CurriculumUnit.objects.bulk_create(
                CurriculumUnit(course=course, number=number, **unit)
                for number, unit in enumerate(item.units, start=1)
            )
            made += 1
        if made:
            audit.record(actor=actor, action="dojo.courses_loaded", detail={"versions": made})
    return made
