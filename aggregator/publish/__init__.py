"""What leaves the house: tables, workbook, report, and how numbers are shown in them."""
