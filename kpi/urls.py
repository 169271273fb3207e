from django.urls import path

from kpi.views import breakdown, dashboards, paper, process, reading, records

app_name = "kpi"

_YEAR = "dashboards/<int:year>/"

urlpatterns = [
    path("dashboards/", dashboards.current, name="current"),
    path("dashboards/notes/", reading.notes, name="notes"),
    path("dashboards/process/", process.figures, name="process"),
    path(
        "dashboards/process/pictures/<slug:kind>.<slug:form>",
        process.picture,
        name="process_picture",
    ),
    path("dashboards/indicators/", reading.definitions, name="definitions"),
    path("dashboards/indicators/<slug:code>/", reading.definition, name="definition"),
    path(_YEAR, dashboards.overview, name="overview"),
    path(f"{_YEAR}wards/<int:ward_id>/", dashboards.ward, name="ward"),
    path(f"{_YEAR}records/<slug:code>/", records.records, name="records"),
    path(f"{_YEAR}parts/<slug:code>/", breakdown.parts, name="parts"),
    path(
        f"{_YEAR}parts/<slug:code>/<slug:kind>.<slug:form>",
        breakdown.picture,
        name="parts_picture",
    ),
    path(f"{_YEAR}council.pdf", paper.council, name="council"),
    path(f"{_YEAR}pictures/<slug:kind>.<slug:form>", paper.picture, name="picture"),
]
