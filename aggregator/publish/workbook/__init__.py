"""The consolidated workbook."""

from aggregator.publish.workbook.material import workbook_name
from aggregator.publish.workbook.workbook import WorkbookFile, write_workbook

__all__ = ["WorkbookFile", "workbook_name", "write_workbook"]
