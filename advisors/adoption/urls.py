"""Routes: tools/ for firm, advisors and officials alike, staff/support/ for the lists."""

from django.urls import path

from advisors.adoption.views import figures, staff, tools

app_name = "adoption"

urlpatterns = [
    path("tools/", tools.mine, name="mine"),
    path("tools/cases/<uuid:public_id>/", tools.case, name="case"),
    path("tools/cases/<uuid:public_id>/new/", tools.start, name="start"),
    path("tools/<uuid:public_id>/", tools.tool, name="tool"),
    path("tools/<uuid:public_id>/edit/", tools.edit, name="edit"),
    path("tools/<uuid:public_id>/stop/", tools.stop, name="stop"),
    path("tools/<uuid:public_id>/week/", figures.week, name="week"),
    path("tools/<uuid:public_id>/table/", figures.table, name="table"),
    path("tools/<uuid:public_id>/weeks.csv", figures.weeks_csv, name="weeks_csv"),
    path("tools/<uuid:public_id>/reviews/<int:months>/", figures.review, name="review"),
    path("staff/support/tools/", staff.board, name="list"),
    path("staff/support/adoption/", staff.wards, name="wards"),
    path("staff/support/adoption.csv", staff.wards_csv, name="wards_csv"),
]
