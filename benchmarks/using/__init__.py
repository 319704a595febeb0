"""A large home of generated articles, and what using it costs."""
