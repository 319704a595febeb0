"""A large home of generated articles, and the cost of using it."""
