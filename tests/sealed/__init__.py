"""A place from which nothing leaves, to run a program in and see what it tries."""
