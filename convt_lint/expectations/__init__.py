"""Where code states a size: directives, asserts, tests. All become `SizeExpected` facts."""
