"""Routes: the firm's support/, the advisor's visits/, the officials' staff/support/."""

from django.urls import path

from advisors.views import board, casework, files, firm, registry, visiting

app_name = "advisors"

urlpatterns = [
    path("support/", firm.home, name="home"),
    path("support/request/", firm.ask, name="ask"),
    path("support/requests/<uuid:public_id>/", firm.ask_status, name="ask_status"),
    path("support/cases/<uuid:public_id>/", firm.support, name="support"),
    path("support/visits/<uuid:public_id>/", firm.visit, name="visit_firm"),
    path("support/actions/<int:action_id>/done/", files.action_done, name="action_done"),
    path("support/photos/<int:photo_id>/", files.photo, name="photo_download"),
    path("support/photos/<int:photo_id>/preview/", files.preview, name="photo_preview"),
    path("visits/", visiting.today, name="today"),
    path("visits/profile/", registry.profile, name="profile"),
    path("visits/cases/<uuid:public_id>/", visiting.case, name="case"),
    path("visits/cases/<uuid:public_id>/plan/", visiting.plan, name="plan"),
    path("visits/cases/<uuid:public_id>/record/", visiting.record, name="record"),
    path("visits/cases/<uuid:public_id>/goals/", visiting.goals, name="goals"),
    path("visits/cases/<uuid:public_id>/report/", visiting.report, name="report"),
    path("visits/<uuid:public_id>/", visiting.visit, name="visit"),
    path("staff/support/", board.board, name="board"),
    path("staff/support/barriers/", board.barriers, name="barriers"),
    path("staff/support/new/", casework.ask_for, name="ask_for"),
    path("staff/support/requests/<uuid:public_id>/", casework.request_page, name="request"),
    path("staff/support/cases/<uuid:public_id>/", casework.engagement, name="engagement"),
    path("staff/support/visits/<uuid:public_id>/", casework.visit, name="visit_case"),
    path("staff/advisors/", registry.registry, name="registry"),
    path("staff/advisors/add/", registry.add, name="registry_add"),
    path("staff/advisors/fees/", registry.fees, name="fees"),
    path("staff/advisors/<uuid:public_id>/", registry.entry, name="registry_entry"),
]
