"""Forms of the courses."""

from dojo.forms.keeping import FeedbackForm, MaterialForm, PlanForm, ReasonForm, posted_marks
from dojo.forms.planning import CohortForm, LecturerForm, MakeUpForm, NewCohortForm, SessionForm
from dojo.forms.taking import AnswerForm, ApplyForm, CodeForm, VerifyForm

__all__ = [
    "AnswerForm",
    "ApplyForm",
    "CodeForm",
    "CohortForm",
    "FeedbackForm",
    "LecturerForm",
    "MakeUpForm",
    "MaterialForm",
    "NewCohortForm",
    "PlanForm",
    "ReasonForm",
    "SessionForm",
    "VerifyForm",
    "posted_marks",
]
