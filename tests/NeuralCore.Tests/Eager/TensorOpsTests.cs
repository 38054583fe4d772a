using Xunit;

namespace NeuralCore.Tests.Eager;

/// <summary>Ops on tensors are the layers of their names.</summary>
public sealed class TensorOpsTests
{
    [Fact]
    public void Sums_and_parts_one_behind_the_other()
    {
        using var tape = new Tape(CpuBackend.Create(1));
        Tensor a = tape.Variable(Tensor.From([1, 2, 3, 4], [2, 2])), b = tape.Constant(Tensor.From([10, 20, 30, 40], [2, 2]));
        Assert.Equal([11, 22, 33, 44], (a + b).ToArray());
        Assert.Equal([12, 24, 36, 48], a.Add(b, a).ToArray());
        Assert.Equal([1, 2, 10, 20, 3, 4, 30, 40], a.Concatenate(b).ToArray());
        Assert.Equal([2, 2, 2, 2], tape.Gradients(a + b + a)[a].ToArray());
        Assert.Throws<ArgumentException>(() => a + tape.Constant(Tensor.From([1, 2], [2, 1])));
    }

    [Fact]
    public void Images_are_pooled_padded_and_reshaped()
    {
        using var tape = new Tape(CpuBackend.Create(1));
        Tensor image = tape.Constant(Tensor.From([1, 2, 3, 6], [1, 2, 2, 1]));
        Assert.Equal([3], image.AveragePooling2D().ToArray());
        Assert.Equal([3], image.GlobalAveragePooling2D().ToArray());
        Assert.Equal(new Shape(1, 1, 1, 1), image.GlobalMaxPooling2D(keepDims: true).Shape);
        Assert.Equal([0, 0, 0, 0, 1, 2, 0, 3, 6], image.ZeroPadding2D(new Border(1, 1, 0, 0)).ToArray());
        Assert.Equal(new Shape(1, 1, 4), image.Reshape(1, -1).Shape);
    }

    [Fact]
    public void Normalizations_and_activations()
    {
        using var tape = new Tape(CpuBackend.Create(1));
        Tensor x = tape.Constant(Tensor.From([1, 3, -1, 1], [2, 2])), gamma = tape.Variable(Tensor.From([1, 2], [2])), beta = tape.Variable([2]);
        Tensor mean = tape.Constant(Tensor.From([0, 0], [2])), variance = tape.Constant(Tensor.From([1, 1], [2]));
        Assert.Equal([1, 2, -1, -2], x.BatchNormalization(gamma, beta, mean, variance, momentum: 0.5, epsilon: 1e-9).ToArray());
        Assert.Equal([0, 1], mean.ToArray());
        Assert.Equal([1, 1], variance.ToArray());
        Assert.Equal([-1, 2, -1, 2], x.LayerNormalization(gamma, beta, epsilon: 1e-12).ToArray());
        Assert.Equal([1, 3, -0.5f, 1], x.LeakyReLU(0.5).ToArray());
        Assert.Equal(x.Activate(Activation.Elu).ToArray(), x.ELU().ToArray());
        Assert.Equal(x.Activate(Activation.Softmax).ToArray(), x.Softmax().ToArray());
    }
}
