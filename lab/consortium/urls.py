"""Routes of the room: for firms, members' people and the secretariat the same addresses."""

from django.urls import path, re_path

from lab.consortium.views import collabs, meetings, members, projects, referrals

app_name = "consortium"
_ID = "consortium/projects/<uuid:public_id>/"

urlpatterns = [
    path("consortium/projects/", projects.projects, name="projects"),
    path("consortium/projects/new/", projects.project_new, name="project_new"),
    path(_ID, projects.project, name="project"),
    re_path(
        r"^consortium/projects/(?P<public_id>[0-9a-f-]{36})/(?P<what>agreement|report)/download/$",
        projects.project_file,
        name="project_file",
    ),
    path("consortium/loans/", referrals.referrals, name="referrals"),
    path("consortium/loans/new/", referrals.referral_new, name="referral_new"),
    path("consortium/loans/<uuid:public_id>/", referrals.referral, name="referral"),
    path(
        "consortium/loans/<uuid:public_id>/<int:item_id>/download/",
        referrals.referral_file,
        name="referral_file",
    ),
    path("consortium/joint/", collabs.collabs, name="collabs"),
    path("consortium/joint/new/", collabs.collab_new, name="collab_new"),
    path("consortium/joint/<uuid:public_id>/", collabs.collab, name="collab"),
    path("consortium/joint/<uuid:public_id>/download/", collabs.collab_file, name="collab_file"),
    path("consortium/counts/", collabs.counts, name="counts"),
    path("consortium/meetings/", meetings.meetings, name="meetings"),
    path("consortium/meetings/new/", meetings.meeting_new, name="meeting_new"),
    path("consortium/meetings/<uuid:public_id>/", meetings.meeting, name="meeting"),
    path("consortium/documents/", meetings.documents, name="documents"),
    path(
        "consortium/documents/<uuid:public_id>/download/",
        meetings.document_file,
        name="document_file",
    ),
    path("consortium/members/", members.members, name="members"),
    path("consortium/members/new/", members.member_new, name="member_new"),
    path("consortium/members/<uuid:public_id>/", members.member, name="member"),
]
