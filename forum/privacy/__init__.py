"""What is stored of people: its register, its end, everything about oneself, leaving, erasing."""
