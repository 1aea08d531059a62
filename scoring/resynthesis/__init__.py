"""The candidate's own answer once more, as it would sound with shorter pauses and fewer fillers."""
