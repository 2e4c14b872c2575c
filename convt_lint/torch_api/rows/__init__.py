"""The table of shape rules, a module of rows for each family of layers and functions."""
