"""Workbooks that are no .xlsx: .xls and .et, .xlsb, .ods, read in a process of its own that may die."""
