"""LibCST, kept to one room: parsing guarded against what kills the parser, and places for what is reported."""
