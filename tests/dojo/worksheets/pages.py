"""Addresses of the worksheets."""

from django.urls import reverse


def at(name, *args):
    return reverse(f"worksheets:{name}", args=args)
