"""What benchmarks/change.py does to pages: noise, true edits and whole simulated nights."""
