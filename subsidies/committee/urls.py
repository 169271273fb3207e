"""Routes of the review: the member's desk, the officials' pages."""

from django.urls import path

from subsidies.committee.views import member, office, office_case, sheets

app_name = "committee"

member_routes = [
    path("review/", member.home, name="home"),
    path("review/cases/<int:assignment_id>/", member.case, name="case"),
    path("review/cases/<int:assignment_id>/declare/", member.declare, name="declare"),
    path("review/cases/<int:assignment_id>/autosave/", member.autosave, name="autosave"),
    path("review/cases/<int:assignment_id>/sheet/", member.sheet, name="sheet"),
    path("review/cases/<int:assignment_id>/reopen/", member.reopen, name="reopen"),
    path(
        "review/cases/<int:assignment_id>/files/<int:document_id>/",
        member.document,
        name="document",
    ),
    path("review/rounds/<int:round_id>/", sheets.board, name="board"),
    path("review/rounds/<int:round_id>/excel/", sheets.own_sheets, name="own_sheets"),
    path("review/rounds/<int:round_id>/sheets.xlsx", sheets.own_workbook, name="own_workbook"),
]

office_routes = [
    path("staff/reviews/", office.reviews, name="reviews"),
    path("staff/reviews/new/<int:call_id>/", office.create, name="create"),
    path("staff/reviews/<int:round_id>/", office.round_, name="round"),
    path("staff/reviews/<int:round_id>/act/", office.act, name="act"),
    path("staff/reviews/<int:round_id>/terms/", office.terms, name="terms"),
    path("staff/reviews/<int:round_id>/member/", office.member, name="member"),
    path("staff/reviews/<int:round_id>/results.xlsx", sheets.results, name="results"),
    path("staff/reviews/cases/<int:case_id>/", office_case.case, name="office_case"),
    path("staff/reviews/cases/<int:case_id>/assign/", office_case.assign, name="assign"),
    path("staff/reviews/cases/<int:case_id>/renew/", office_case.renew, name="renew"),
    path(
        "staff/reviews/cases/<int:case_id>/release/<int:document>/",
        office_case.release,
        name="release",
    ),
    path(
        "staff/reviews/assignments/<int:assignment_id>/<slug:action>/",
        office_case.change,
        name="change",
    ),
]

urlpatterns = [*member_routes, *office_routes]
