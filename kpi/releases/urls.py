from django.urls import path

from kpi.releases.views import changes, making, public, targets

app_name = "releases"

urlpatterns = [
    path("releases/", making.listing, name="list"),
    path("releases/new/", making.make, name="make"),
    path("releases/<int:pk>/", making.detail, name="detail"),
    path("releases/<int:pk>/approve/", making.approve, name="approve"),
    path("releases/<int:pk>/end/", making.end, name="end"),
    path("releases/<int:pk>/changes/", changes.between, name="changes"),
    path("releases/<int:pk>/since/", changes.since, name="since"),
    path("releases/<int:pk>/facts/", changes.facts, name="facts"),
    path("targets/", targets.current, name="targets_now"),
    path("targets/<int:year>/", targets.year_page, name="targets"),
    path("targets/<int:year>/<slug:code>/", targets.indicator, name="target"),
    path("targets/baselines/", targets.baselines, name="baselines"),
    path("figures/", public.newest, name="public"),
    path("figures/definitions/", public.definitions, name="definitions"),
    path("figures/definitions/csv/", public.definitions_csv, name="definitions_csv"),
    path("figures/<slug:code>/", public.release, name="release"),
    path("figures/<slug:code>/csv/", public.values_csv, name="csv"),
    path("figures/<slug:code>/xlsx/", public.values_xlsx, name="xlsx"),
    path("figures/<slug:code>/pictures/<slug:kind>.<slug:form>", public.picture, name="picture"),
    path("figures/<slug:code>/json/", public.values_json, name="json"),
    path("figures/<slug:code>/canonical/", public.canonical, name="canonical"),
    path("figures/<slug:code>/verify/", public.verify, name="verify"),
]
