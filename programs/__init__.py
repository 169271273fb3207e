"""Shared domain of all support measures: wards, firms and the people who act for them."""
