"""What stands in the picture: office, desk, chairs, and the window onto them."""
