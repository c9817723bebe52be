"""A whole collaborative as its coordinators write it down in one file, and every fault in it by its line."""
