"""How the tests of the courses name a page and read it."""

from django.urls import reverse


def text(response):
    return response.content.decode()


def url(name, *arguments):
    return reverse(f"dojo:{name}", args=arguments)
