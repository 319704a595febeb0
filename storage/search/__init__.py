"""Full-text search: tokenizer, FTS5 index, query parser, ranking, snippets."""
