"""Model files: NumPy ``.npz`` archives without pickles, with ``meta`` (UTF-8 JSON as bytes) beside the arrays."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radar.errors import ModelError

DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, EOFError)
"""What reading a damaged or foreign archive may raise."""
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def write(path: Path, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
    """Write an archive, whole or not at all; the same content gives the same bytes.

    Raises:
        ModelError: the file cannot be written.
    """
    told = np.frombuffer(json.dumps(meta, sort_keys=True).encode(), np.uint8)
    part = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, array in {**arrays, "meta": told}.items():
                buffer = io.BytesIO()
                np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
                entry = zipfile.ZipInfo(f"{name}.npy", date_time=_NO_DATE)
                archive.writestr(entry, buffer.getvalue(), zipfile.ZIP_DEFLATED, 9)
        part.replace(path)
    except OSError as error:
        raise ModelError(f"{path} cannot be written: {error.strerror}") from error


def fingerprint(*arrays: NDArray[Any]) -> str:
    """Return six hexadecimal digits that tell these numbers from others."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:6]


def read(content: bytes) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return arrays and meta. Raises one of ``DAMAGED`` if ``content`` is no such archive."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return arrays, json.loads(arrays.pop("meta").tobytes())
