"""From acts to behaviour blocks, and BML 1.0 read and written."""
