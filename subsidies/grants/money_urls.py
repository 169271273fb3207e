"""Routes of the report, the money and the revocation; part of urls.py."""

from django.urls import path

from subsidies.grants.views import claim, completion, inspection, payment, revocation

money_routes = [
    path("filings/<uuid:public_id>/report/", completion.completion, name="completion"),
    path("filings/<uuid:public_id>/report/<slug:key>/", completion.line, name="completion_line"),
    path(
        "filings/<uuid:public_id>/report/<slug:key>/autosave/",
        completion.line_autosave,
        name="line_autosave",
    ),
    path("filings/<uuid:public_id>/claim/", claim.claim, name="claim"),
    path("hearings/<int:hearing_id>/", revocation.hearing, name="hearing"),
    path("staff/filings/<uuid:public_id>/claim/", claim.staff_claim, name="staff_claim"),
    path("staff/payments/", payment.payments, name="payments"),
    path("staff/filings/<uuid:public_id>/account/", claim.account, name="account"),
    path("staff/filings/<uuid:public_id>/inspection/", inspection.inspection, name="inspection"),
    path("staff/grants/<str:receipt_no>/revocation/", revocation.revocation, name="revocation"),
    path("staff/grants/<str:receipt_no>/recovery/", revocation.recovery, name="recovery"),
]
