"""Synthetic sites, pipelines and process measurements of benchmarks/night.py."""
