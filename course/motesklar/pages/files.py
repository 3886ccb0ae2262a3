"""The scripts and style sheets that third-party widgets bring with them."""

import json
from collections import OrderedDict
from collections.abc import Mapping

from motesklar.errors import NotFound
from motesklar.kernels.widget_files import FILE_NAME, file_name

#: All modules' together; the one that was added first is forgotten.
FILES_MAX = 500


class FileStore:
    """Files by name; a name is made of the content, so the same name is the same file."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()

    def add(self, texts: Mapping[str, str]) -> None:
        """Keep files; one whose name does not fit its content is left out."""
        for name, text in texts.items():
            if FILE_NAME.fullmatch(name) and file_name(text, name[name.index(".") :]) == name:
                self._texts[name] = text
        while len(self._texts) > FILES_MAX:
            self._texts.popitem(last=False)

    def add_frame(self, payload: bytes) -> None:
        """Keep a file that a kernel sent."""
        told = json.loads(payload)
        self.add({told["name"]: told["text"]})

    def read(self, name: str) -> str:
        """The file's text.

        Raises:
            NotFound: there is no such file.
        """
        try:
            return self._texts[name]
        except KeyError:
            raise NotFound from None
