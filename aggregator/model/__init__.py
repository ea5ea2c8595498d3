"""The words of the field as values; this package imports none of our other packages."""
