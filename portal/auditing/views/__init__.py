"""Pages of the auditors."""
