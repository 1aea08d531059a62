"""The first start: command line, environment, packages; standard library only."""
