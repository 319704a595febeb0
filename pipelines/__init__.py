"""From a raw article to stored revisions, changes, takedowns and stories."""
