"""Routes of the courses: public, the firm's own, the office's and the lecturers'."""

from django.urls import path

from dojo.views import files, firm, graduations, planning, public, roster, sessions

app_name = "dojo"

urlpatterns = [
    path("courses/", public.courses, name="courses"),
    path("courses/<uuid:public_id>/", public.cohort, name="cohort"),
    path("courses/<uuid:public_id>/apply/", firm.apply, name="apply"),
    path("courses/calendar/<str:token>.ics", public.ics, name="ics"),
    path("courses/materials/<int:material_id>/", files.material, name="material"),
    path("courses/certificates/<uuid:public_id>/", files.certificate, name="certificate"),
    path("verify/", public.verify_form, name="verify_form"),
    path("verify/<str:number>/<str:check>/", public.verify, name="verify"),
    path("my/courses/", firm.mine, name="mine"),
    path("my/courses/check-in/", firm.check_in_code, name="check_in_code"),
    path("my/courses/check-in/<str:token>/", firm.check_in, name="check_in"),
    path("my/courses/<uuid:public_id>/", firm.enrolment, name="enrolment"),
    path("my/courses/<uuid:public_id>/accept/", firm.accept, name="accept"),
    path("my/courses/<uuid:public_id>/withdraw/", firm.withdraw, name="withdraw"),
    path("my/courses/<uuid:public_id>/prework/<int:session_id>/", firm.prework, name="prework"),
    path("my/courses/<uuid:public_id>/answer/<int:session_id>/", firm.answer, name="answer"),
    path("teach/", roster.teach, name="teach"),
    path("staff/cohorts/", planning.cohort_list, name="cohort_list"),
    path("staff/cohorts/new/", planning.create, name="create"),
    path("staff/cohorts/<uuid:public_id>/", roster.board, name="board"),
    path("staff/cohorts/<uuid:public_id>/grid/", roster.grid, name="grid"),
    path("staff/cohorts/<uuid:public_id>/plan/", planning.plan, name="plan"),
    path("staff/cohorts/<uuid:public_id>/edit/", planning.edit, name="edit"),
    path("staff/cohorts/<uuid:public_id>/lecturers/", planning.lecturer, name="lecturer"),
    path("staff/cohorts/<uuid:public_id>/make-up/", planning.make_up, name="make_up"),
    path("staff/cohorts/<uuid:public_id>/move/<slug:action>/", planning.move, name="move"),
    path("staff/cohorts/<uuid:public_id>/applicants/", roster.applicants, name="applicants"),
    path("staff/cohorts/<uuid:public_id>/graduations/", graduations.of_cohort, name="graduations"),
    path("staff/lecturers/<int:lecturer_id>/remove/", planning.unlecture, name="unlecture"),
    path("staff/sessions/<int:session_id>/", sessions.session, name="session"),
    path("staff/sessions/<int:session_id>/code/", sessions.room, name="room"),
    path("staff/sessions/<int:session_id>/edit/", planning.session_edit, name="session_edit"),
    path("staff/sessions/<int:session_id>/remove/", planning.unmake_up, name="unmake_up"),
    path("staff/sessions/<int:session_id>/materials/", sessions.material_add, name="material_add"),
    path(
        "staff/materials/<int:material_id>/remove/",
        sessions.material_remove,
        name="material_remove",
    ),
    path("staff/enrolments/<uuid:public_id>/", roster.person, name="person"),
    path("staff/graduations/<uuid:public_id>/", graduations.graduation, name="graduation"),
]
