"""Site modules: every module in this folder is one site (crawlers/registry.py loads them)."""
