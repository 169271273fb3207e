"""Sign-in: allauth with a second factor for every staff role (docs/adr/0003-sign-in.md)."""
