"""Wagtail pages."""
