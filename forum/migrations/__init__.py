"""The steps by which a database comes to its present shape, one file each."""
