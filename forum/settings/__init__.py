"""What those who run the site set in the browser: its name, its looks, its texts and addresses."""
