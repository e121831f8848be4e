"""Shortlists, and the briefs made of them: what facilitators carry out of the forum.

A shortlist is worked on by several facilitators at once; a brief is frozen, numbered and public.
docs/briefs.md says what each promises.
"""
