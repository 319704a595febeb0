"""The kit: from a page in a browser to a site module with its fixtures."""
