"""Routes: the advisor's visits/claims/, the officials' staff/support/claims/, papers of both."""

from django.urls import path

from advisors.claims.views import board, mine, papers, terms, yearly

app_name = "claims"

urlpatterns = [
    path("visits/claims/", mine.claims, name="mine"),
    path("visits/claims/<int:ward_id>/<slug:month>/", mine.month, name="month"),
    path("support/claims/<uuid:public_id>/claim.pdf", papers.claim_pdf, name="pdf"),
    path("support/claims/<uuid:public_id>/report.pdf", papers.report_pdf, name="report_pdf"),
    path("staff/support/claims/", board.board, name="board"),
    path("staff/support/claims/terms/", terms.terms, name="terms"),
    path("staff/support/claims/statements/", yearly.statements, name="statements"),
    path(
        "staff/support/claims/<uuid:public_id>/statement.pdf",
        yearly.statement_pdf,
        name="statement",
    ),
    path("staff/support/claims/<uuid:public_id>/", board.claim, name="claim"),
    path("staff/support/claims/<uuid:public_id>/decide/", board.decide, name="decide"),
    path("staff/support/claims/lines/<int:line_id>/", board.correct, name="correct"),
    path("staff/support/visits/<uuid:public_id>/take-back/", board.take_back, name="take_back"),
]
