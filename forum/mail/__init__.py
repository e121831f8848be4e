"""Letters: written as rows beside what they tell, made and sent by the worker.

docs/mail.md says which letters there are, when each is sent, and what is kept of them.
"""
