"""Stories: clusters of articles that print one text, their first publishers and their spread."""
