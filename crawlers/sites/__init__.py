"""The sites, discovered: a module in this folder is a site, there is no list to edit."""
