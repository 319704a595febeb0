"""Finding articles by their words: folding, index, queries, answers."""
