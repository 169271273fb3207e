from django.urls import path

from lab.nakama.cases.views import (
    asking,
    cases,
    drawings,
    making,
    orders,
    planning,
    staff,
    templates,
)

app_name = "cases"
_CASE = "nakama/cases/<uuid:public_id>/"
urlpatterns = [
    path("nakama/cases/", cases.mine, name="list"),
    path("nakama/cases/new/", cases.new, name="new"),
    path("nakama/cases/templates/", templates.templates, name="templates"),
    path("nakama/answer/<str:token>/", asking.link, name="answer"),
    path("nakama/invitations/<uuid:public_id>/", asking.invitation, name="invitation"),
    path("nakama/orders/<uuid:public_id>/", orders.order, name="order"),
    path("nakama/orders/<uuid:public_id>/ratings/", orders.order_ratings, name="order_ratings"),
    path("nakama/orders/<uuid:public_id>/pdf/", orders.order_pdf, name="order_pdf"),
    path("nakama/photos/<int:record_id>/", making.photo, name="photo"),
    path("nakama/ratings/<uuid:public_id>/", making.appeal, name="appeal"),
    path(_CASE, cases.case, name="case"),
    path(f"{_CASE}edit/", cases.edit, name="edit"),
    path(f"{_CASE}hubs/", cases.hubs, name="hubs"),
    path(f"{_CASE}end/", cases.end, name="end"),
    path(f"{_CASE}nda/", drawings.promise, name="nda"),
    path(f"{_CASE}drawings/", drawings.drawings, name="drawings"),
    path(f"{_CASE}drawings/<uuid:drawing_id>/", drawings.drawing, name="drawing"),
    path(f"{_CASE}steps/", planning.steps, name="steps"),
    path(f"{_CASE}team/", planning.team, name="team"),
    path(f"{_CASE}waves/", planning.waves, name="waves"),
    path(f"{_CASE}award/", orders.award, name="award"),
    path(f"{_CASE}orders/", orders.orders, name="orders"),
    path(f"{_CASE}board/", making.board, name="board"),
    path(f"{_CASE}ratings/", making.ratings, name="ratings"),
    path("staff/nakama/cases/", staff.lab, name="lab"),
    path("staff/nakama/cases/<uuid:public_id>/", staff.lab_case, name="lab_case"),
    path("staff/nakama/counts/", staff.counts, name="counts"),
]
