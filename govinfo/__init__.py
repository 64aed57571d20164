"""govinfo: annual reports on government information disclosure, from the published PDF to a table one can trust."""

from .corpus import Corpus, read_corpus
from .document import ReadError
from .form import load_form
from .report import Report, read_report
from .tracing import Trace, trace

__all__ = ["Corpus", "ReadError", "Report", "Trace", "load_form", "read_corpus", "read_report", "trace"]
__version__ = "0.1.0"
