"""Routes: figures for staff, files that are handed in, firms' accounts, the firm's own page."""

from django.urls import path

from kpi.series.views import firms, intakes, mine, staff

app_name = "series"

urlpatterns = [
    path("staff/series/", staff.home, name="home"),
    path("staff/series/statistics/", staff.statistics, name="statistics"),
    path("staff/series/productivity/", staff.productivity, name="productivity"),
    path("staff/series/pictures/<slug:kind>.<slug:form>", staff.picture, name="picture"),
    path("staff/series/firms/", firms.listed, name="firms"),
    path("staff/series/firms/<uuid:public_id>/", firms.firm, name="firm"),
    path("staff/series/intakes/new/<slug:kind>/", intakes.start, name="intake_start"),
    path("staff/series/intakes/template/<slug:kind>/", intakes.template, name="template"),
    path("staff/series/intakes/<uuid:public_id>/", intakes.intake, name="intake"),
    path("staff/series/intakes/<uuid:public_id>/csv/", intakes.rows_csv, name="intake_csv"),
    path("staff/series/intakes/<uuid:public_id>/hold/", intakes.hold, name="hold"),
    path("staff/series/intakes/<uuid:public_id>/confirm/", intakes.confirm, name="confirm"),
    path("staff/series/intakes/<uuid:public_id>/cancel/", intakes.cancel, name="cancel"),
    path("my/accounts/", mine.mine, name="mine"),
    path("my/accounts/new/", mine.record, name="record"),
    path("my/accounts/<str:day>/", mine.correct, name="correct"),
    path("my/accounts/consent/say/", mine.consent, name="consent"),
]
