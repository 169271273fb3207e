"""Names of the courses' things in words."""

from django.utils.translation import gettext as _

from dojo.models import Cohort


def cohort_name(cohort: Cohort) -> str:
    """DX道場 第2期（令和8年度）."""
    return _("%(course)s 第%(number)d期") % {
        "course": cohort.course.display_name,
        "number": cohort.number,
    }
