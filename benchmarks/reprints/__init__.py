"""Labelled reprints and look-alikes for the benchmark of story clustering."""
