"""Reading a ward's register of firms from a workbook: cells → values → what would change."""
