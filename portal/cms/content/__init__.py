"""The texts that the portal brings with it, as data, and what puts them into the tree of pages.

`texts/` holds one TOML file a page (Japanese, our own words, each fact with its source). A new
installation begins with them (`manage.py load_content`); afterwards they are the editors'.
"""
