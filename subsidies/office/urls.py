"""Routes: the ward's schemes, their revisions, calls and budgets."""

from django.urls import path

from subsidies.office.views import calls, mails, parts, revisions, schemes, templates, wards

app_name = "office"

urlpatterns = [
    path("staff/schemes/", schemes.scheme_list, name="schemes"),
    path("staff/schemes/new/", schemes.create, name="scheme_new"),
    path("staff/schemes/<int:scheme_id>/", schemes.scheme, name="scheme"),
    path("staff/schemes/<int:scheme_id>/versions/<int:number>/", schemes.version, name="version"),
    path("staff/schemes/<int:scheme_id>/compare/", schemes.compare, name="compare"),
    path("staff/schemes/<int:scheme_id>/forms/", templates.templates, name="papers"),
    path("staff/schemes/<int:scheme_id>/revise/", revisions.begin, name="revise"),
    path("staff/schemes/<int:scheme_id>/calls/new/", calls.create, name="call_new"),
    path("staff/revisions/<int:revision_id>/", revisions.overview, name="revision"),
    path("staff/revisions/<int:revision_id>/move/<slug:action>/", revisions.move, name="move"),
    path("staff/revisions/<int:revision_id>/preview/", revisions.preview, name="preview"),
    path("staff/revisions/<int:revision_id>/mails/", mails.preview, name="mails"),
    path("staff/revisions/<int:revision_id>/about/", parts.about, name="about"),
    path("staff/revisions/<int:revision_id>/trial/", revisions.trial, name="trial"),
    path("staff/revisions/<int:revision_id>/part/<slug:code>/", parts.part, name="part"),
    path(
        "staff/revisions/<int:revision_id>/part/<slug:code>/arrange/",
        parts.arrange,
        name="arrange",
    ),
    path(
        "staff/revisions/<int:revision_id>/part/<slug:code>/<int:number>/",
        parts.item,
        name="item",
    ),
    path("staff/schemes/ward/", wards.settings, name="ward"),
    path("staff/budgets/", calls.budgets, name="budgets"),
    path("staff/calls/<int:call_id>/", calls.call, name="call"),
    path("staff/calls/<int:call_id>/edit/", calls.edit, name="call_edit"),
    path("staff/calls/<int:call_id>/budget/", calls.budget, name="call_budget"),
]
