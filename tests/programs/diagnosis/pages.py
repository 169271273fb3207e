"""Addresses and bodies of the diagnosis' pages."""

from django.urls import reverse


def at(name, *args):
    return reverse(f"diagnosis:{name}", args=args)


def body(response):
    return response.content.decode()
