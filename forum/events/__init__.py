"""What happened, who follows what, and who is told of it: here, and by letter.

The forum's verbs record events in the transaction of what happened; the worker tells the crowd of
them in batches. This folder knows what events are about by kind and number alone: features to its
right say in the registers of ``create_app`` who belongs to an audience and what a thing is called.
"""
