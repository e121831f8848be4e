"""What every page needs: errors, forms, languages, limits, headers, and what templates may use."""
