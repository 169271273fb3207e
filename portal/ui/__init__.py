"""The screens' building blocks: template tags, forms, tables, filters, charts, navigation."""
