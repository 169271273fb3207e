"""Routes after the decision: the firm's grant and filings, the ward's, files."""

from django.urls import path

from subsidies.grants.money_urls import money_routes
from subsidies.grants.views import files, filing, grant, parts, settling, staff, visits

app_name = "grants"

firm_routes = [
    path("grants/<uuid:public_id>/", grant.grant, name="grant"),
    path("grants/<uuid:public_id>/begin/<slug:kind>/", grant.begin, name="begin"),
    path("filings/<uuid:public_id>/", filing.filing, name="filing"),
    path("filings/<uuid:public_id>/autosave/", filing.autosave, name="autosave"),
    path("filings/<uuid:public_id>/plan/", parts.plan, name="plan"),
    path("filings/<uuid:public_id>/plan/autosave/", parts.autosave, name="plan_autosave"),
    path("filings/<uuid:public_id>/files/", parts.files, name="files"),
    path("filings/<uuid:public_id>/check/", filing.check, name="check"),
    path("filings/<uuid:public_id>/drop/", filing.drop, name="drop"),
]

staff_routes = [
    path("staff/grants/", staff.grant_list, name="list"),
    path("staff/grants/<str:receipt_no>/", staff.grant, name="staff_grant"),
    path("staff/grants/<str:receipt_no>/ask/", visits.ask, name="ask"),
    path("staff/grants/<str:receipt_no>/visit/", visits.plan, name="visit_plan"),
    path("staff/filings/<uuid:public_id>/", settling.filing, name="staff_filing"),
    path("staff/filings/<uuid:public_id>/settle/", settling.settle, name="settle"),
    path("staff/filings/<uuid:public_id>/propose/", settling.propose, name="propose"),
    path("staff/rulings/<int:ruling_id>/", settling.ruling, name="ruling"),
    path("staff/progress-requests/<int:request_id>/recall/", visits.recall, name="recall"),
    path("staff/visits/<int:visit_id>/", visits.visit, name="visit"),
]

shared_routes = [
    path("grants/files/<uuid:file_id>/", files.download, name="download"),
    path("grants/files/<uuid:file_id>/preview/", files.preview, name="preview"),
]

urlpatterns = [*firm_routes, *staff_routes, *money_routes, *shared_routes]
