"""Mails leave by one way (portal.notices.services.sending), with a mark, flags and a copy."""

import ast

import pytest

from tests.architecture.source import modules

WAY_OUT = "portal/notices/services/sending.py"
# Opening a connection that the way out is given.
ALLOWED = {"mailers"}


def mail_uses(tree: ast.Module):
    """Lines that reach for Django's mails or a server of their own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.core.mail"):
            if {alias.name for alias in node.names} - ALLOWED or node.module != "django.core.mail":
                yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "django.core":
            if any(alias.name == "mail" for alias in node.names):
                yield node.lineno
        elif isinstance(node, ast.Import):
            if any(alias.name in {"django.core.mail", "smtplib"} for alias in node.names):
                yield node.lineno
        elif isinstance(node, ast.Attribute) and node.attr in {"send_messages", "email_user"}:
            yield node.lineno


def test_no_other_module_sends_mail():
    found = [
        f"{path}:{line}"
        for path, tree in modules().items()
        if path != WAY_OUT
        for line in mail_uses(tree)
    ]
    assert not found, "use portal.notices.services.post: " + ", ".join(found)


@pytest.mark.parametrize(
    "code",
    [
        "from django.core.mail import EmailMessage",
        "from django.core import mail",
        "import smtplib",
        "user.email_user('a', 'b')",
        "connection.send_messages([m])",
    ],
)
def test_the_check_sees_a_mail(code):
    assert list(mail_uses(ast.parse(code)))
