"""Extraction from archives of any size, as tasks on a Dask cluster (docs/bulk.md)."""
