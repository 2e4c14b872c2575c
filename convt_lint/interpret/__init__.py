"""Abstract execution of Python over LibCST nodes: from a parsed module to facts."""
