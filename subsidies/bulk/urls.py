"""Routes of the runs."""

from django.urls import path

from subsidies.bulk.views import letters, packages, runs, setup

app_name = "bulk"

urlpatterns = [
    path("staff/bulk/", runs.run_list, name="list"),
    path("staff/bulk/prepare/", setup.prepare, name="prepare"),
    path("staff/bulk/setup/<slug:kind>/", setup.setup, name="setup"),
    path("staff/bulk/<uuid:public_id>/", runs.run, name="run"),
    path("staff/bulk/<uuid:public_id>/start/", runs.start, name="start"),
    path("staff/bulk/<uuid:public_id>/cancel/", runs.cancel, name="cancel"),
    path("staff/bulk/<uuid:public_id>/<slug:which>/", runs.download, name="file"),
    path("staff/applications/<str:receipt_no>/package/", packages.package, name="package"),
    path(
        "staff/rulings/<int:ruling_id>/package/",
        packages.ruling_package,
        name="ruling_package",
    ),
    path(
        "staff/filings/<uuid:public_id>/package/",
        packages.payment_package,
        name="payment_package",
    ),
    path("staff/letters/", letters.letter_list, name="letters"),
    path("staff/letters/prepare/", letters.letters_prepare, name="letters_prepare"),
    path("staff/letters/<int:pk>/", letters.letter, name="letter"),
]
