"""What has really reached the server from a person: sound, picture, text, and tasks done."""

from motesklar.call.evidence.collector import Evidence
from motesklar.call.evidence.judgement import Sight
from motesklar.call.evidence.totals import Totals

__all__ = ["Evidence", "Sight", "Totals"]
