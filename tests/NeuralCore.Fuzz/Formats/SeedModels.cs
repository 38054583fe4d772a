using NeuralCore.Data;
using NeuralCore.Ops;

namespace NeuralCore.Fuzz.Formats;

/// <summary>The networks of which sound files are made, on the textbook backend: together they have one of each layer.</summary>
internal static class SeedModels
{
    /// <summary>A chain.</summary>
    /// <param name="isTrained">Whether it took some steps, so that there is an optimiser's state.</param>
    public static Model Chain(bool isTrained)
    {
        var model = new Sequential(
            new Input(new Shape(6, 6, 1), Preprocessing.Scale), new Conv2D(2, 3, padding: Padding.Same, activation: Activation.Relu), new Conv2D(2, 2), new ReLU(),
            new MaxPooling2D(2), new Dropout(0.25), new Flatten(), new Dense(3, Activation.Relu), new Dense(3, Activation.Softmax));
        model.Compile(backend: new ReferenceBackend<float>());
        if (isTrained)
        {
            model.Fit(new LabelledImages(new byte[6 * 36], new byte[] { 0, 1, 2, 0, 1, 2 }, 6, 6, 3), batchSize: 3);
        }

        return model;
    }

    /// <summary>Branches, a layer that is applied twice, two inputs and two outputs.</summary>
    /// <param name="isForPyTorch">Whether layers that PyTorch's modules do not have are left out.</param>
    public static Model Branches(bool isForPyTorch = false)
    {
        Value image = Value.Input(new Shape(6, 6, 2), Preprocessing.None, "image"), more = Value.Input(new Shape(3), Preprocessing.None, "more");
        var shared = new Conv2D(2, (1, 3), padding: Padding.Same, activation: Activation.Tanh);
        Value a = shared.Apply(new BatchNormalization().Apply(image)), b = shared.Apply(new ReLU(6).Apply(image));
        Value c = new LeakyReLU(0.2).Apply(new Add().Apply(a, b));
        Value d = new ELU(0.5).Apply(new DepthwiseConv2D(2, padding: Padding.Same).Apply(new ZeroPadding2D(1).Apply(c)));
        Value e = new AveragePooling2D(2, padding: Padding.Same).Apply(new SeparableConv2D(3, 3).Apply(new Concatenate().Apply(d, d)));
        Value pooled = new GlobalMaxPooling2D().Apply(new ActivationLayer(Activation.Gelu).Apply(e));
        Value flat = new Concatenate().Apply(pooled, new GlobalAveragePooling2D().Apply(e), more);
        Value last = isForPyTorch ? flat : new LayerNormalization().Apply(new Flatten().Apply(new Reshape(1, 3, 3).Apply(flat)));
        var model = new Model([image, more], [new Dense(3, Activation.Softmax).Apply(last), new Dense(1, Activation.Sigmoid).Apply(last)]);
        model.Compile(backend: new ReferenceBackend<float>());
        return model;
    }

    /// <summary>The bytes of a file that is saved.</summary>
    /// <param name="extension">The file's extension.</param>
    /// <param name="save">Saves it under a path.</param>
    public static byte[] Saved(string extension, Action<string> save)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + extension);
        try
        {
            save(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The bytes of a golden file of another program.</summary>
    public static byte[] Golden(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Seeds", name));
}
