"""A report as it will be read back from its Word file, known without reading it."""

from collections.abc import Iterable, Iterator

from aggregator.model.evaluate import plain_text
from aggregator.model.report_text import (
    ChartPoint,
    Pages,
    PrintedFigure,
    ReportText,
    SeenText,
    is_figure,
    mark_in,
    our_tag,
    point_labels,
)
from aggregator.publish.readable_text import readable
from aggregator.publish.report.blocks import Chart, Figure
from aggregator.publish.report.paragraphs import Laid, LaidParagraph, LaidTable


def printed_report(laid: Iterable[Laid], *, name: str, mark: str) -> ReportText:
    """What a reader of the file sees of these paragraphs; the tests hold it against what is read back."""
    pages = Pages()
    for one in laid:
        if isinstance(one, LaidTable):
            pages.start_table()
            for row in one.rows:
                pages.add_row([[_seen(cell)] for cell in row])
        else:
            pages.add(_seen(one))
            if one.chart is not None:
                pages.add_chart(_points(one.chart))
    return ReportText(name, mark_in(readable(mark)), tuple(pages.paragraphs))


def _points(chart: Chart) -> Iterator[ChartPoint]:
    names = [readable(series.name) for series in chart.series]
    labels = point_labels(names, [readable(category) for category in chart.categories])
    for series, called in zip(chart.series, labels, strict=True):
        for label, value in zip(called, series.values, strict=True):
            yield ChartPoint(label, "" if value is None else plain_text(value))


def _seen(paragraph: LaidParagraph) -> SeenText:
    text, figures = "", []
    for span in paragraph.spans:
        words = readable(span.text)
        if isinstance(span, Figure) and words:
            tag = our_tag(readable(span.tag))
            figures += [PrintedFigure(tag, words, len(text))] if is_figure(tag, words) else []
        text += words
    return SeenText(text, tuple(figures))
