"""What benchmarks/night.py runs and measures."""
