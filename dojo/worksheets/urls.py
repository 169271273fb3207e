"""Routes of the worksheets: the firm's own, the lecturers', the advisors'."""

from django.urls import path

from dojo.worksheets.views import consents, firm, papers, steps, support

app_name = "worksheets"

urlpatterns = [
    path("my/worksheets/", firm.sheet_list, name="list"),
    path("my/worksheets/start/", firm.start, name="start"),
    path("my/worksheets/advisors/", consents.consents, name="consents"),
    path("my/worksheets/advisors/<uuid:consent_id>/end/", consents.end, name="consent_end"),
    path("my/worksheets/<uuid:public_id>/", firm.sheet, name="sheet"),
    path("my/worksheets/<uuid:public_id>/steps/<slug:step>/", steps.step, name="step"),
    path(
        "my/worksheets/<uuid:public_id>/steps/<slug:step>/autosave/",
        steps.autosave,
        name="autosave",
    ),
    path("my/worksheets/<uuid:public_id>/privacy/", firm.privacy, name="privacy"),
    path("my/worksheets/<uuid:public_id>/hand-in/", firm.hand_in, name="hand_in"),
    path("my/worksheets/<uuid:public_id>/reopen/", firm.reopen, name="reopen"),
    path("my/worksheets/<uuid:public_id>/discard/", firm.discard, name="discard"),
    path("worksheets/<uuid:public_id>/", support.read, name="read"),
    path("worksheets/<uuid:public_id>/versions/<int:number>/", support.version, name="version"),
    path("worksheets/<uuid:public_id>/worksheet.pdf", papers.pdf, name="pdf"),
    path("teach/worksheets/", support.taught, name="taught"),
    path("teach/worksheets/<uuid:cohort_id>/<slug:kind>/", support.group, name="group"),
    path("advice/worksheets/", support.advised, name="advised"),
]
