from django.urls import path

from kpi.effect import views

app_name = "effect"

urlpatterns = [
    path("dashboards/effect/", views.current, name="current"),
    path("dashboards/effect/start/", views.start, name="start"),
    path("dashboards/effect/<uuid:public_id>/", views.evaluation, name="evaluation"),
    path("dashboards/effect/<uuid:public_id>/cancel/", views.cancel, name="cancel"),
    path(
        "dashboards/effect/<uuid:public_id>/pictures/<slug:kind>.<slug:form>",
        views.picture,
        name="picture",
    ),
    path("dashboards/effect/<uuid:public_id>/bundle/", views.bundle, name="bundle"),
    path("dashboards/effect/<uuid:public_id>/<slug:form>/", views.download, name="file"),
]
