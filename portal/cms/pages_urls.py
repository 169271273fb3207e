"""The pages themselves: whatever no other route has answered. Names without a namespace, because
Wagtail reverses them.
"""

from django.urls import path, re_path

from portal.cms.serving import document, serve

urlpatterns = [
    path(
        "documents/<int:document_id>/<str:document_filename>",
        document,
        name="wagtaildocs_serve",
    ),
    re_path(r"^((?:[\w\-]+/)*)$", serve, name="wagtail_serve"),
]
