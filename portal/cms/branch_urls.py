"""The wards' branches of the tree, asked before all other routes; named where pages are named."""

from django.urls import re_path

from portal.cms.serving import serve

urlpatterns = [re_path(r"^(wards/(?:[\w\-]+/)*)$", serve)]
