"""職員と役割, under /staff/people/."""

from django.urls import path

from portal.accounts.views import confirmations, people

app_name = "people"

urlpatterns = [
    path("", people.people, name="list"),
    path("invite/", people.invite, name="invite"),
    path("confirm/", confirmations.confirm, name="confirm"),
    path("roles/<int:assignment_id>/revoke/", people.revoke, name="revoke"),
    path("invitations/<int:invitation_id>/withdraw/", people.withdraw, name="withdraw"),
]
