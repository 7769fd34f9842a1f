"""Records to papers: PDF by typst, CSV and JSON of reports."""
