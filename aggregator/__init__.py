"""Collects the monthly forms of a street and writes its consolidated workbook and report."""
