"""Changes of benchmarks/change.py: noise, true edits and simulated batches."""
