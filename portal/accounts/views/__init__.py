"""Pages of accounts: the own settings and hats, invitations, the staff of a ward, demonstration."""
