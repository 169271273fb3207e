"""Did it work: panel, estimators, verdict, a bundle for researchers."""
