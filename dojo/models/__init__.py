"""Tables of the courses."""

from dojo.models.attendance import Attendance
from dojo.models.cohorts import Cohort, CohortWard, Lecturer, Session
from dojo.models.courses import Course, CurriculumUnit
from dojo.models.enrolments import Enrolment
from dojo.models.graduations import Graduation
from dojo.models.teaching import Answer, Material, SessionWork

__all__ = [
    "Answer",
    "Attendance",
    "Cohort",
    "CohortWard",
    "Course",
    "CurriculumUnit",
    "Enrolment",
    "Graduation",
    "Lecturer",
    "Material",
    "Session",
    "SessionWork",
]
