"""Reads of the auditors' room."""
