"""The consolidated workbook; `write` is its door."""
