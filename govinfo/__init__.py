"""govinfo: annual reports on government information disclosure, from the published PDF to a table one can trust."""

from govinfo.builds.corpus import Corpus, read_corpus
from govinfo.comparison.tracing import Trace, trace
from govinfo.document import ReadError
from govinfo.form import load_form
from govinfo.report import Report, read_report

__all__ = ["Corpus", "ReadError", "Report", "Trace", "load_form", "read_corpus", "read_report", "trace"]
__version__ = "0.1.0"
