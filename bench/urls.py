"""The portal's routes and the floor."""

from django.urls import include, path

from bench.floor import floor
from portal.urls import handler403, handler404, handler500

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("floor/", floor), path("", include("portal.urls"))]
