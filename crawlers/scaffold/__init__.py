"""Scaffolding of a new site: from a few pages to a site module with its fixtures (tinwatch add)."""
