"""Pages of the directory: for everybody, for vendors, for the lot's verifiers."""
