"""The commands beside `check`, each imported only when it is called."""
