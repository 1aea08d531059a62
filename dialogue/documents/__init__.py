"""Papers that a candidate brings: CVs and adverts, read and understood on this machine alone."""
