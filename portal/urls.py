"""All routes. Every one has its line in tests/architecture/access_matrix.py."""

from django.apps import apps
from django.urls import include, path

from portal.desk.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("portal.desk.urls")),
    path("", include("portal.navi.urls")),
    path("", include("portal.personal.urls")),
    path("", include("portal.search.urls")),
    path("", include("portal.auditing.urls")),
    path("", include("portal.manuals.urls")),
    path("", include("portal.duty.urls")),
    path("", include("portal.ui.urls")),
    path("accounts/", include("portal.accounts.urls")),
    path("staff/people/", include("portal.accounts.staff_urls")),
    path("", include("portal.notices.urls")),
    path("", include("portal.cms.mailing.urls")),
    path("", include("portal.exports.urls")),
    path("", include("programs.urls")),
    path("", include("programs.diagnosis.urls")),
    path("", include("dojo.urls")),
    path("", include("dojo.worksheets.urls")),
    path("", include("dojo.followup.urls")),
    path("", include("subsidies.urls")),
    path("", include("subsidies.ledger.urls")),
    path("", include("subsidies.grants.urls")),
    path("", include("subsidies.bulk.urls")),
    path("", include("subsidies.evaluation.urls")),
    path("", include("subsidies.committee.urls")),
    path("", include("subsidies.selection.urls")),
    path("", include("subsidies.obligations.urls")),
    path("", include("subsidies.consultations.urls")),
    path("", include("subsidies.retention.urls")),
    path("", include("subsidies.office.urls")),
    path("", include("subsidies.watch.urls")),
    path("", include("advisors.urls")),
    path("", include("advisors.adoption.urls")),
    path("", include("advisors.claims.urls")),
    path("", include("lab.booking.urls")),
    path("", include("lab.events.urls")),
    path("", include("lab.nakama.urls")),
    path("", include("lab.nakama.cases.urls")),
    path("", include("lab.nakama.exchange.urls")),
    path("", include("lab.consortium.urls")),
    path("", include("kpi.series.urls")),
    path("", include("kpi.surveys.urls")),
    path("", include("kpi.releases.urls")),
    path("", include("kpi.effect.urls")),
    path("", include("kpi.policy.urls")),
    path("", include("kpi.urls")),
]
if apps.is_installed("portal.cms"):
    urlpatterns += [
        path("cms/", include("portal.cms.urls")),
        path("", include("portal.cms.site_urls")),
        path("", include("portal.cms.pages_urls")),
    ]
    # The wards' branches hold nothing else, and are read most: not behind all other routes.
    urlpatterns.insert(0, path("", include("portal.cms.branch_urls")))

handler403 = "portal.ui.views.forbidden"
handler404 = "portal.ui.views.not_found"
handler500 = "portal.ui.views.server_error"
