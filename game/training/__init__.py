"""Training of the small models that the program carries, on people that it draws itself."""
