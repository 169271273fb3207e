"""The acts of the courses; each is one transaction, with the actor as an argument.

Enrolments and what hangs on them are written as the system, after the policy has said yes: see
docs/adr/0030-dojo.md.
"""

from dojo.services.attendance import attendance_record, check_in
from dojo.services.cohorts import (
    Fields,
    Times,
    cohort_announce,
    cohort_cancel,
    cohort_change,
    cohort_create,
    cohort_end,
)
from dojo.services.courses import courses_load
from dojo.services.enrolments import (
    enrolment_accept,
    enrolment_apply,
    enrolment_choose,
    enrolment_remove,
    enrolment_withdraw,
)
from dojo.services.graduations import (
    graduation_confirm,
    graduation_return,
    graduation_revoke,
    graduations_propose,
)
from dojo.services.seats import seats_settle, seats_settle_all
from dojo.services.sessions import (
    lecturer_add,
    lecturer_remove,
    make_up_add,
    make_up_remove,
    session_change,
)
from dojo.services.teaching import (
    answer_give,
    feedback_write,
    material_add,
    material_remove,
    plan_hand_in,
    prework_done,
)

__all__ = [
    "Fields",
    "Times",
    "answer_give",
    "attendance_record",
    "check_in",
    "cohort_announce",
    "cohort_cancel",
    "cohort_change",
    "cohort_create",
    "cohort_end",
    "courses_load",
    "enrolment_accept",
    "enrolment_apply",
    "enrolment_choose",
    "enrolment_remove",
    "enrolment_withdraw",
    "feedback_write",
    "graduation_confirm",
    "graduation_return",
    "graduation_revoke",
    "graduations_propose",
    "lecturer_add",
    "lecturer_remove",
    "make_up_add",
    "make_up_remove",
    "material_add",
    "material_remove",
    "plan_hand_in",
    "prework_done",
    "seats_settle",
    "seats_settle_all",
    "session_change",
]
