"""Queries of the pages."""
