"""The pages themselves: whatever no other route has answered. Names without a namespace, because
Wagtail reverses them.
"""

from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from wagtail.documents.views import serve as documents

from portal.cms.serving import serve

urlpatterns = [
    path(
        "documents/<int:document_id>/<str:document_filename>",
        login_not_required(documents.serve),
        name="wagtaildocs_serve",
    ),
    re_path(r"^((?:[\w\-]+/)+)$", serve, name="wagtail_serve"),
]
