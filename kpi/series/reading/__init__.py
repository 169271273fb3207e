"""Reading what is handed in: workbooks in our form, files in the shape of e-Stat."""
