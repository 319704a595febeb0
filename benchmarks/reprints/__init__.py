"""Labelled reprints and hard negatives, made from any stock of articles."""
