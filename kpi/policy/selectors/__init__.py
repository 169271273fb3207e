"""Reading inputs, outputs and sheets: a fixed number of queries, whatever the number of wards."""
