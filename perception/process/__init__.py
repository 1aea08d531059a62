"""Work in processes of its own: the parent's handle, the child's link, what passes between."""
