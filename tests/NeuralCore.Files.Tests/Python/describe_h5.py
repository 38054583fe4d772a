"""Prints what h5py sees in an HDF5 file: groups, datasets and attributes with their types, as one JSON object.

Usage: describe_h5.py FILE
"""
import json
import sys

import h5py


def plain(value):
    """Texts of fixed length are bytes to h5py."""
    if isinstance(value, bytes):
        return value.decode()
    return [plain(element) for element in value] if hasattr(value, "__len__") and not isinstance(value, str) else plain(value.item()) if hasattr(value, "item") else value


def attribute(item, name):
    identity = item.attrs.get_id(name)
    kind = identity.get_type()
    text = isinstance(kind, h5py.h5t.TypeStringID)
    value = item.attrs[name]
    return {
        "shape": list(identity.shape),
        "type": ("variable text" if kind.is_variable_str() else "fixed text") if text else str(identity.dtype),
        "value": value if isinstance(value, str) else plain(value),
        "length": kind.get_size() if text and not kind.is_variable_str() else None,
    }


def describe(item):
    found = {"attributes": {name: attribute(item, name) for name in item.attrs}}
    if isinstance(item, h5py.Dataset):
        layout = item.id.get_create_plist().get_layout()
        found |= {"shape": list(item.shape), "type": str(item.dtype), "is_contiguous": layout == h5py.h5d.CONTIGUOUS, "values": item[()].tolist()}
    else:
        found["items"] = {name: describe(item[name]) for name in item}
    return found


with h5py.File(sys.argv[1], "r") as file:
    print(json.dumps(describe(file)))
