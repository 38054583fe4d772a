using System.Numerics.Tensors;
using NeuralCore.Tests.Ops;
using NeuralCore.Tests.Training;
using Xunit;

namespace NeuralCore.Tests.Eager;

/// <summary>Tensors that one can hold: ops as they are written, and their gradients.</summary>
public sealed class TapeTests
{
    [Fact]
    public void A_tensor_is_its_array_in_a_shape()
    {
        Tensor tensor = Tensor.From([1, 2, 3, 4, 5, 6], [2, 3]);
        Assert.Equal(new Shape(2, 3), tensor.Shape);
        Assert.Equal(6f, tensor[1, 2]);
        Assert.Equal([1, 2, 3, 4, 5, 6], tensor.ToArray());
        Assert.Equal("2x3 [1, 2, 3, 4, 5, 6]", tensor.ToString());
        ReadOnlyTensorSpan<float> span = tensor;
        Assert.Equal([2, 3], span.Lengths.ToArray().Select(length => (int)length));
        Assert.Equal(6f, span[1, 2]);
        Tensor back = Tensor.From(span);
        Assert.Equal(tensor.Shape, back.Shape);
        Assert.Equal(tensor.ToArray(), back.ToArray());
        Assert.Equal([0f, 255f], Tensor.From([(byte)0, (byte)255], [2]).ToArray());
    }

    /// <summary>What the documentation shows.</summary>
    [Fact]
    public void A_softmax_regression_learns()
    {
        NeuralCore.Data.LabelledImages bars = TestNetworks.Bars(60, 1);
        float[] pixels = new float[60 * 64];
        int[] labels = new int[60];
        for (int i = 0; i < 60; i++)
        {
            TensorPrimitives.ConvertTruncating(bars.Pixels(i), pixels.AsSpan(i * 64, 64));
            labels[i] = bars.Label(i);
        }

        TensorPrimitives.Divide(pixels, 255, pixels);
        using var tape = new Tape(CpuBackend.Create(1));
        Tensor w = tape.Variable([64, 3]), images = tape.Constant(Tensor.From(pixels, [60, 64]));
        var adam = new Adam(0.05);
        var losses = new List<float>();
        for (int step = 0; step < 30; step++)
        {
            Tensor loss = images.Dense(w).SoftmaxCrossentropy(labels);
            losses.Add(loss.Scalar);
            tape.Update(adam, tape.Gradients(loss));
            Assert.Equal(losses[^1], loss.Scalar);
        }

        Assert.True(losses[^1] < 0.6 * losses[0], $"{losses[0]} fell to {losses[^1]} only.");
    }

    /// <summary>d(sum of x w)/dw is x transposed times ones, and d/dx the row sums of w.</summary>
    [Fact]
    public void Gradients_of_a_product_are_those_of_the_book()
    {
        using var tape = new Tape(CpuBackend.Create(1));
        Tensor x = tape.Variable(Tensor.From([1, 2, 3, 4], [2, 2])), w = tape.Variable(Tensor.From([5, 6, 7, 8], [2, 2])), b = tape.Variable([2]);
        Tensor y = x.Dense(w, b);
        Assert.Equal([19, 22, 43, 50], y.ToArray());
        Gradients gradients = tape.Gradients(y);
        Assert.Equal([4, 4, 6, 6], gradients[w].ToArray());
        Assert.Equal([11, 15, 11, 15], gradients[x].ToArray());
        Assert.Equal([2, 2], gradients[b].ToArray());
        Assert.Equal([1, 1, 1, 1], gradients[y].ToArray());
    }

    /// <summary>One weight in two places, one value read twice, and values under another name: every reader's share arrives.</summary>
    [Fact]
    public void What_is_read_twice_gets_both_gradients()
    {
        using var tape = new Tape(CpuBackend.Create(1));
        Tensor x = tape.Constant(Tensor.From([1, 2], [1, 2])), w = tape.Variable(Tensor.From([1, -2, 3, 4], [2, 2]));
        Tensor y = x.Dense(w);
        Gradients twice = tape.Gradients(y.Flatten().Dense(w), y.ReLU());
        // y = [7, 6]; d(y w)/dw = y^T 1 + x^T (1 w^T), and ReLU's share is x^T 1: both are above zero.
        Assert.Equal([7 + 1 * (1 - 2) + 1, 7 + 1 * (3 + 4) + 1, 6 + 2 * (1 - 2) + 2, 6 + 2 * (3 + 4) + 2], twice[w].ToArray());
    }

    /// <summary>To the bit: the same nodes in the same order. What fusion changes is held elsewhere.</summary>
    [Fact]
    public void Layers_on_a_tape_learn_what_they_learn_in_a_model()
    {
        const int Batch = 10;
        NeuralCore.Data.LabelledImages bars = TestNetworks.Bars(Batch, 2);
        Layer[] layers = TestNetworks.Small;
        using var model = new Sequential(layers);
        model.Compile(new Adam(0.01), backend: CpuBackend.Create(2), seed: 9, fuse: false);
        using var tape = new Tape(CpuBackend.Create(1), seed: 9);
        var adam = new Adam(0.01);
        Layer[] same = TestNetworks.Small;
        for (int step = 0; step < 5; step++)
        {
            History history = model.Fit(bars, batchSize: Batch);
            (Tensor images, int[] labels) = BatchOf(tape, bars, epoch: step + 1, seed: 9);
            Tensor value = images;
            foreach (Layer layer in same.Skip(1))
            {
                value = tape.Apply(layer, value);
            }

            Tensor loss = tape.Loss(new SparseCategoricalCrossentropy(), value, labels);
            Assert.Equal((float)history.Epochs[0].Loss, loss.Scalar);
            tape.Update(adam, tape.Gradients(loss));
        }

        Assert.Equal(model.Parameters.Count, tape.Variables.Count);
        foreach ((ModelParameter expected, Tensor actual) in model.Parameters.Zip(tape.Variables))
        {
            Agreement.SameBits(expected.Name, expected.Read(), actual.ToArray());
        }
    }

    [Fact]
    public void What_can_not_be_is_said_in_one_sentence()
    {
        using var tape = new Tape(CpuBackend.Create(1));
        using var other = new Tape(CpuBackend.Create(1));
        Tensor host = Tensor.From([1, 2], [1, 2]), x = tape.Constant(host), w = tape.Variable([2, 3]);
        Assert.Contains("2 elements", Assert.Throws<ArgumentException>(() => Tensor.From([1, 2, 3], [1, 2])).Message);
        Assert.Contains("not on a tape", Assert.Throws<ArgumentException>(() => host.Dense(w)).Message);
        Assert.Contains("another tape", Assert.Throws<ArgumentException>(() => other.Constant(host).Dense(w)).Message);
        Assert.Contains("kernel of a dense on 1x2 is 2x3", Assert.Throws<ArgumentException>(() => x.Dense(tape.Variable([3, 3]))).Message);
        Assert.Contains("inputs x units", Assert.Throws<ArgumentException>(() => x.Dense(tape.Variable([3]))).Message);
        Assert.Contains("depends on no variable", Assert.Throws<ArgumentException>(() => tape.Gradients(x.ReLU())).Message);
        Tensor y = x.Dense(w);
        Gradients gradients = tape.Gradients(y);
        Assert.Contains("is a constant", Assert.Throws<KeyNotFoundException>(() => gradients[x]).Message);
        Assert.Contains("does not depend", Assert.Throws<KeyNotFoundException>(() => gradients[tape.Variable([2])]).Message);
        Assert.Contains("labels", Assert.Throws<ArgumentException>(() => y.SoftmaxCrossentropy([1, 2])).Message);
        tape.Update(new Adam(), gradients);
        Assert.Contains("released", Assert.Throws<ObjectDisposedException>(() => y.ToArray()).Message);
        Assert.Equal(3, x.Dense(w).Count);
    }

    private static (Tensor Images, int[] Labels) BatchOf(Tape tape, NeuralCore.Data.LabelledImages images, int epoch, ulong seed)
    {
        var targets = new TargetReader(images, new SparseCategoricalCrossentropy(), new Shape(images.Classes));
        var loader = new BatchLoader(images, Value.Input(new Shape(8, 8, 1), Preprocessing.Scale), images.Count, tape.Backend, new LoadExtras(targets));
        loader.Shuffle(seed, epoch);
        using MemoryBlock block = tape.Backend.Allocate((images.Count * 64 * sizeof(float)) + (images.Count * sizeof(int)));
        Slot pixels = block.Slot(0, images.Count * 64 * sizeof(float)), labels = block.Slot(pixels.Bytes, images.Count * sizeof(int));
        loader.Load(0, new BatchSlots(pixels, labels));
        float[] values = new float[images.Count * 64];
        int[] classes = new int[images.Count];
        tape.Backend.Download<float>(pixels, values);
        tape.Backend.Download<int>(labels, classes);
        return (tape.Constant(Tensor.From(values, [images.Count, 8, 8, 1])), classes);
    }
}
