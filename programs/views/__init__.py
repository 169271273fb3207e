"""Screens: of firms, of officials looking at firms, and of the import."""
