"""Candidates in words, on a fake clock: what they mean is known, so the recruiter can be judged.

A candidate is data (``assets/candidates``): a manner of speaking, what their answers lack, what
they ask for and how they take offers. Stories of four roles give them what to tell. Nothing is
drawn and nothing is heard: readings, words and typed answers are made as perception would give
them, and an interview of ten minutes takes some seconds.
"""
