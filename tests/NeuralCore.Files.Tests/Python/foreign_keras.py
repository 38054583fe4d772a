"""Writes the weights of keras-small.h5 once more, in the ways in which other versions of Keras and HDF5 would have written them.

Usage: foreign_keras.py SOURCE FOLDER
"""
import json
import sys

import h5py
import numpy as np

source, folder = h5py.File(sys.argv[1], "r"), sys.argv[2]
weights = {
    name: [source[f"model_weights/{name}/sequential/{name}/{part}"][()] for part in ("kernel", "bias")]
    for name in ("conv2d", "conv2d_1", "dense", "dense_1")
}


def layer(kind, name, **settings):
    return {"class_name": kind, "config": {"name": name, "trainable": True, "dtype": "float32", **settings}}


def conv(name, filters, activation="relu", **settings):
    return layer(
        "Conv2D", name, filters=filters, kernel_size=[3, 3], strides=[1, 1], padding="valid", data_format="channels_last", dilation_rate=[1, 1],
        activation=activation, use_bias=True, kernel_initializer={"class_name": "GlorotUniform", "config": {"seed": None}}, **settings)


def dense(name, units, activation):
    return layer("Dense", name, units=units, activation=activation, use_bias=True)


def sequential(layers, name="sequential"):
    return {"class_name": "Sequential", "config": {"name": name, "layers": layers}}


def functional(layers, keras3):
    """A chain whose layers are listed in no order."""
    chain = []
    for before, this in zip([None] + layers[:-1], layers):
        nodes = []
        if before is not None:
            name = before["config"]["name"]
            tensor = {"class_name": "__keras_tensor__", "config": {"shape": [None, 1], "dtype": "float32", "keras_history": [name, 0, 0]}}
            nodes = [{"args": [tensor], "kwargs": {}}] if keras3 else [[[name, 0, 0, {}]]]
        chain.append({**this, "name": this["config"]["name"], "inbound_nodes": nodes})
    return {"class_name": "Functional", "config": {"name": "model", "layers": chain[::2] + chain[1::2]}}


def tensors(name, prefix=""):
    return name, [(f"{prefix}{name}/kernel:0", weights[name][0]), (f"{prefix}{name}/bias:0", weights[name][1])]


def save(name, config, groups, fixed=True, split=False, padding=0, stored=None, **options):
    """fixed: texts of fixed length; split: attributes in two parts; padding: so many groups beside the layers; stored: how datasets are kept."""
    def texts(values):
        return np.array([value.encode() for value in values]) if fixed else values

    def put(item, key, values):
        if not values:
            item.attrs[key] = np.array([])
        elif split:
            item.attrs[key + "0"], item.attrs[key + "1"] = texts(values[:1]), texts(values[1:])
        else:
            item.attrs[key] = texts(values)

    with h5py.File(f"{folder}/{name}.h5", "w", **options) as file:
        for key, value in {"keras_version": "2.12.0", "backend": "tensorflow", "model_config": json.dumps(config)}.items():
            file.attrs[key] = np.bytes_(value.encode()) if fixed else value
        top = file.create_group("model_weights")
        put(top, "layer_names", [group for group, _ in groups])
        for group, entries in groups:
            inner = top.create_group(group)
            put(inner, "weight_names", [entry for entry, _ in entries])
            for entry, values in entries:
                inner.create_dataset(entry, data=values, **(stored(values) if stored else {}))
        for number in range(padding):
            top.create_group(f"a_group_of_no_layer_with_quite_a_long_name_{number}")


def empty(name):
    return name, []


first = layer("InputLayer", "conv2d_input", batch_input_shape=[None, 28, 28, 1], sparse=False, ragged=False)
pool = layer("MaxPooling2D", "max_pooling2d", pool_size=[2, 2], padding="valid", strides=[2, 2], data_format="channels_last")
drop, flat, drop1 = layer("Dropout", "dropout", rate=0.25), layer("Flatten", "flatten", data_format="channels_last"), layer("Dropout", "dropout_1", rate=0.5)
base = [conv("conv2d", 4), conv("conv2d_1", 8), pool, drop, flat, dense("dense", 16, "relu"), drop1, dense("dense_1", 10, "softmax")]
begun = [conv("conv2d", 4, batch_input_shape=[None, 28, 28, 1])] + base[1:]
groups = [tensors("conv2d"), tensors("conv2d_1"), empty("max_pooling2d"), empty("dropout"), empty("flatten"), tensors("dense"), empty("dropout_1"), tensors("dense_1")]

save("keras2", sequential([first] + begun), groups)
save("keras2-variable-texts", sequential(begun), groups, fixed=False)
save("keras1-bare-list", {"class_name": "Sequential", "config": begun}, groups)
save("split-attributes", sequential([first] + base), groups, split=True)
save("functional-keras2", functional([first] + base, keras3=False), [empty("conv2d_input")] + groups)
save("functional-keras3", functional([layer("InputLayer", "x", batch_shape=[None, 28, 28, 1])] + base, keras3=True), [empty("x")] + groups, fixed=False)
save("hdf5-v18", sequential([first] + base), groups, libver=("v108", "v108"))
save("hdf5-latest", sequential([first] + base), groups, libver="latest", fixed=False)
save("hdf5-many-links", sequential([first] + base), groups, libver="latest", padding=30)
save("hdf5-very-many-links", sequential([first] + base), groups, libver="latest", padding=3000)
save("hdf5-old-many-links", sequential([first] + base), groups, padding=3000)
save("hdf5-in-order", sequential([first] + base), groups, track_order=True)

# Chunks that do not divide the tensors, and single rows: the latest layout keeps the places of more than 1,024 chunks in pages.
odd = lambda values: tuple(max(1, extent // 2 - 1) for extent in values.shape)
for version in ("earliest", "latest"):
    save(f"hdf5-{version}-chunks", sequential([first] + base), groups, libver=version, stored=lambda values: {"chunks": odd(values)})
    save(f"hdf5-{version}-gzip", sequential([first] + base), groups, libver=version, stored=lambda values: {"compression": "gzip", "shuffle": True, "chunks": odd(values)})
    save(f"hdf5-{version}-fletcher", sequential([first] + base), groups, libver=version, stored=lambda values: {"fletcher32": True, "chunks": odd(values)})
    save(f"hdf5-{version}-all-filters", sequential([first] + base), groups, libver=version, stored=lambda values: {"compression": "gzip", "shuffle": True, "fletcher32": True})
    save(f"hdf5-{version}-rows", sequential([first] + base), groups, libver=version, stored=lambda values: {"chunks": (1,) * (values.ndim - 1) + (max(1, values.shape[-1] // 2),)})
    save(f"hdf5-{version}-gzip-rows", sequential([first] + base), groups, libver=version, stored=lambda values: {"compression": "gzip", "chunks": (1,) * (values.ndim - 1) + (max(1, values.shape[-1] // 2),)})
save("hdf5-double", sequential([first] + base), groups, stored=lambda values: {"dtype": "f8"})

apart = [
    first, conv("conv2d", 4, "linear"), layer("Activation", "activation", activation="relu"), conv("conv2d_1", 8, None),
    layer("ReLU", "re_lu", max_value=None, negative_slope=[0.0], threshold=0.0), pool, drop, flat, dense("dense", 16, "linear"),
    layer("Activation", "activation_1", activation={"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"}),
    drop1, dense("dense_1", 10, "linear"), layer("Softmax", "softmax", axis=-1)]
some = [tensors("conv2d"), empty("activation"), tensors("conv2d_1"), empty("re_lu")] + groups[2:5] + [tensors("dense"), empty("activation_1"), empty("dropout_1"), tensors("dense_1"), empty("softmax")]
save("activations-apart", sequential(apart), some)
save("softmax-as-activation", sequential(apart[:-1] + [layer("Activation", "softmax", activation="softmax")]), some)
save("without-softmax", sequential([first] + base[:-1] + [dense("dense_1", 10, "linear")]), groups)
save("rescaling", sequential([first, layer("Rescaling", "rescaling", scale=1 / 255.0, offset=0.0)] + base), [empty("rescaling")] + groups)
save("reshape", sequential([layer("InputLayer", "x", batch_input_shape=[None, 784]), layer("Reshape", "reshape", target_shape=[28, 28, 1])] + base), [empty("reshape")] + groups)
backbone = sequential([first] + base[:4], "backbone")
nested = ("backbone", [entry for name in ("conv2d", "conv2d_1") for entry in tensors(name, "backbone/")[1]])
save("nested", sequential([first, backbone] + base[4:]), [nested] + groups[4:])

save("refused-p-re-lu", sequential([first] + base[:2] + [layer("PReLU", "p_re_lu", shared_axes=None)] + base[2:]), groups)
save("refused-hard-sigmoid", sequential([first] + base[:5] + [dense("dense", 16, "hard_sigmoid")] + base[6:]), groups)
save("refused-groups", sequential([first] + [{"class_name": "Conv2D", "config": {**base[0]["config"], "groups": 2}}] + base[1:]), groups)
save("refused-kernel", sequential([first] + [{"class_name": "Conv2D", "config": {**base[0]["config"], "kernel_size": [3, 5, 7]}}] + base[1:]), groups)
save("refused-open-size", sequential([layer("InputLayer", "x", batch_input_shape=[None, None, None, 1])] + base), groups)
save("refused-lstm", sequential([first] + base[:4] + [layer("LSTM", "lstm", units=3)] + base[4:]), groups)
save("refused-lzf", sequential([first] + base), groups, stored=lambda values: {"compression": "lzf"})
save("refused-branch", functional([first, *base[:3], layer("Add", "add"), *base[3:]], keras3=False), groups)
with h5py.File(f"{folder}/refused-branch.h5", "r+") as file:
    config = json.loads(file.attrs["model_config"])
    for entry in config["config"]["layers"]:
        if entry["name"] == "add":
            entry["inbound_nodes"] = [[["conv2d", 0, 0, {}], ["max_pooling2d", 0, 0, {}]]]
    file.attrs["model_config"] = json.dumps(config)
with h5py.File(f"{folder}/keras2.h5", "r") as model, h5py.File(f"{folder}/refused-soft-link.h5", "w") as file:
    for key, value in model.attrs.items():
        file.attrs[key] = value
    model.copy("model_weights", file)
    del file["model_weights/dense/dense/bias:0"]
    file["model_weights/dense/dense/bias:0"] = h5py.SoftLink("/model_weights/dense_1/dense_1/bias:0")
with h5py.File(f"{folder}/refused-weights-only.h5", "w") as file:
    file.attrs["layer_names"] = ["conv2d"]
