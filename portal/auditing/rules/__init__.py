"""Pure rules of the auditors' room: drawing samples."""
