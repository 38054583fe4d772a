using NeuralCore.Data;
using Xunit;

namespace NeuralCore.UserTests;

/// <summary>The engine in use, as its documentation shows it: this has to compile, and to do what it says.</summary>
public sealed class WhatItReadsLikeTests
{
    [Fact]
    public void A_network_of_ones_own()
    {
        LabelledImages train = Stripes(96, seed: 1), test = Stripes(64, seed: 2);

        Value x = Value.Input(new Shape(28, 28, 1), Preprocessing.Scale);
        Value a = new Conv2D(16, 3, padding: Padding.Same, useBias: false).Apply(x);
        a = new ReLU().Apply(new BatchNormalization().Apply(a));
        Value b = new ResidualBlock(16).Apply(a);
        Value y = new Dense(10, Activation.Softmax).Apply(new GlobalAveragePooling2D().Apply(b));
        using var model = new Model(x, y);
        model.Compile(new AdamW(0.002, weightDecay: 1e-4), new SparseCategoricalCrossentropy(labelSmoothing: 0.1), seed: 1);
        History history = model.Fit(train, epochs: 3, batchSize: 32, validationData: test, callbacks: [new WeightAverage(0.9), new CosineDecay()], verbose: 0);

        Assert.Equal(3, history.Epochs.Count);
        Assert.True(history["loss"][^1] < history["loss"][0], $"The loss went from {history["loss"][0]} to {history["loss"][^1]}.");
        Assert.Equal(3, history["val_loss"].Count);
    }

    [Fact]
    public void Gradients_of_a_layer_of_ones_own()
    {
        GradientReport report = GradientCheck.Run(new ResidualBlock(4), input: new Shape(6, 6, 4), batch: 3, seed: 1);
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void Ops_run_as_they_are_written()
    {
        LabelledImages stripes = Stripes(128, seed: 3);
        byte[] pixels = [.. Enumerable.Range(0, 128).SelectMany(i => stripes.Pixels(i).ToArray())];
        int[] labels = [.. Enumerable.Range(0, 128).Select(stripes.Label)];

        using var tape = new Tape();
        Tensor w = tape.Variable([784, 10]), images = tape.Constant(Tensor.From(pixels, [128, 784]));
        Tensor loss = images.Dense(w).SoftmaxCrossentropy(labels);
        Gradients gradients = tape.Gradients(loss);

        Assert.Equal(new Shape(784, 10), gradients[w].Shape);
        Assert.Contains(gradients[w].ToArray(), value => value != 0);
    }

    /// <summary>The page on parts of one's own shows those that the tests here train, check, save and resume.</summary>
    [Fact]
    public void The_parts_in_the_documentation_are_those_of_the_tests()
    {
        string page = Embedded.Text("EXTENDING.md"), parts = Embedded.Text("Parts.cs");
        int start = page.IndexOf("```csharp", StringComparison.Ordinal) + "```csharp".Length;
        string shown = page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
        string[] classes = [.. shown.Split("/// <summary>", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(5, classes.Length);
        Assert.All(classes, code => Assert.Contains(code, parts));
    }

    /// <summary>Images of 28x28 with as many bright columns as their class says, at random places.</summary>
    private static LabelledImages Stripes(int count, int seed)
    {
        var random = new Random(seed);
        byte[] pixels = new byte[count * 784], labels = new byte[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = (byte)(i % 10);
            foreach (int column in Enumerable.Range(0, 28).OrderBy(_ => random.Next()).Take(labels[i]))
            {
                for (int row = 0; row < 28; row++)
                {
                    pixels[(i * 784) + (row * 28) + column] = (byte)random.Next(100, 256);
                }
            }
        }

        return new LabelledImages(pixels, labels, 28, 28, 10);
    }

    private sealed class ResidualBlock(int filters) : Layer
    {
        private readonly Layer _conv = new Conv2D(filters, 3, padding: Padding.Same, useBias: false), _norm = new BatchNormalization();

        public override Value Build(Value input) => new ReLU().Apply(new Add().Apply(input, _norm.Apply(_conv.Apply(input))));
    }
}
