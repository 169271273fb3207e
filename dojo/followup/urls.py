"""Routes of the follow-up: the link in a mail, the firm's own, the office's and the lecturers'."""

from django.urls import path

from dojo.followup.views import firm, link, staff

app_name = "followup"

urlpatterns = [
    path("survey/<str:secret>/", link.link, name="link"),
    path("my/followup/", firm.mine, name="mine"),
    path("my/followup/surveys/<uuid:public_id>/", firm.survey, name="survey"),
    path("my/followup/investments/new/", firm.report, name="report"),
    path("my/followup/investments/<uuid:public_id>/", firm.investment, name="investment"),
    path("my/followup/investments/<uuid:public_id>/correct/", firm.correct, name="correct"),
    path("my/followup/investments/<uuid:public_id>/withdraw/", firm.withdraw, name="withdraw"),
    path("followup/investments/<uuid:public_id>/evidence/", firm.evidence, name="evidence"),
    path("staff/followup/", staff.cohorts, name="cohorts"),
    path("staff/followup/surveys/<uuid:public_id>/", staff.survey, name="phone"),
    path("staff/followup/investments/", staff.investments, name="investments"),
    path("staff/followup/investments/<uuid:public_id>/", staff.review, name="review"),
    path("staff/followup/investments/<uuid:public_id>/accept/", staff.accept, name="accept"),
    path("staff/cohorts/<uuid:public_id>/followup/", staff.board, name="board"),
]
