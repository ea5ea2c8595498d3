"""Checks a report that people have edited in Word against what was printed and recorded."""
