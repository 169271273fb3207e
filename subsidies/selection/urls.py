"""Routes of the selection: officials' pages, and a firm's own result."""

from django.urls import path

from subsidies.selection.views import pages, papers, writing

app_name = "selection"

urlpatterns = [
    path("staff/selections/", pages.calls, name="calls"),
    path("staff/selections/<int:call_id>/", pages.ranking, name="ranking"),
    path("staff/selections/<int:call_id>/propose/", writing.propose, name="propose"),
    path("staff/selections/<int:call_id>/quotes/", writing.quotes, name="quotes"),
    path("staff/selections/<int:call_id>/waiting/", writing.end_waiting, name="end_waiting"),
    path("staff/selections/<int:call_id>/minutes/", writing.minutes, name="minutes"),
    path("staff/selections/<int:call_id>/papers/<str:name>", papers.paper, name="paper"),
    path("staff/selections/runs/<int:selection_id>/approve/", writing.approve, name="approve"),
    path("staff/selections/runs/<int:selection_id>/return/", writing.give_back, name="return"),
    path("staff/selections/marks/<str:receipt_no>/", writing.mark, name="mark"),
    path("staff/selections/marks/<int:mark_id>/lift/", writing.lift, name="lift"),
    path("apply/<uuid:public_id>/result/", pages.own_result, name="own_result"),
]
