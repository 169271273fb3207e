"""Sign-in with GビズID (the Digital Agency's common identity for business), and nothing looser.

A strict OpenID Connect client of its own beside allauth's accounts: allauth keeps the people and
the sessions, this package decides whom it believes (docs/adr/0006-gbizid.md).

For other apps: `identity.may_submit`, `selectors.identity_of`, `registry.on_identified`.
"""
